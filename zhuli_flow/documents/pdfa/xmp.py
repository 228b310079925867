"""What a PDF says about itself in XMP, written so that PDF/A validators of every make can read it.

Properties are elements, each description carries its own name spaces: some validators do not see properties that are
written as attributes. Everything in ``Info`` stands here with the same value (ISO 19005-1, 6.7.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
_RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
_TAIL = '</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="r"?>\n'
_SPACES = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
}


@dataclass(frozen=True, slots=True)
class About:
    """A document's title, author (issuing organ), subject (genre), language tag, and the program that printed it."""

    title: str
    author: str
    subject: str
    language: str
    producer: str


def packet(about: About, part: int, level: str) -> bytes:
    """Return the XMP packet of a PDF/A file of this part and conformance level (``B``, ``U``)."""
    dublin_core = "".join(
        (
            _listed("title", "Alt", about.title, ' xml:lang="x-default"'),
            _listed("creator", "Seq", about.author),
            _listed("description", "Alt", about.subject, ' xml:lang="x-default"'),
            _listed("language", "Bag", about.language),
        )
    )
    identity = f"<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance>"
    producer = f"<pdf:Producer>{escape(about.producer)}</pdf:Producer>"
    rows = (_description("pdfaid", identity), _description("dc", dublin_core), _description("pdf", producer))
    return (_HEAD + _RDF + "".join(rows) + _TAIL).encode()


def _description(space: str, body: str) -> str:
    return f'<rdf:Description rdf:about="" xmlns:{space}="{_SPACES[space]}">{body}</rdf:Description>\n'


def _listed(name: str, kind: str, text: str, attribute: str = "") -> str:
    return f"<dc:{name}><rdf:{kind}><rdf:li{attribute}>{escape(text)}</rdf:li></rdf:{kind}></dc:{name}>" if text else ""
