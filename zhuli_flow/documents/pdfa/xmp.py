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
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
}
# PDF/A wants every property described that its own standard does not know: that of PDF/UA-1 (ISO 14289-1, 5).
_UA_SCHEMA = (
    '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>"
    "</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>\n"
)


@dataclass(frozen=True, slots=True)
class About:
    """A document's title, author (issuing organ), subject (genre), language tag, and the program that printed it."""

    title: str
    author: str
    subject: str
    language: str
    producer: str


def packet(about: About, part: int, level: str) -> bytes:
    """Return the XMP packet of a PDF/A file of this part and conformance level (``B``, ``U``).

    Files of parts 2 and 3 say that they are PDF/UA-1 too: tagged, with title and language.
    """
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
    rows = [_description("pdfaid", identity), _description("dc", dublin_core), _description("pdf", producer)]
    if part > 1:
        rows += [_UA_SCHEMA, _description("pdfuaid", "<pdfuaid:part>1</pdfuaid:part>")]
    return (_HEAD + _RDF + "".join(rows) + _TAIL).encode()


def _description(space: str, body: str) -> str:
    return f'<rdf:Description rdf:about="" xmlns:{space}="{_SPACES[space]}">{body}</rdf:Description>\n'


def _listed(name: str, kind: str, text: str, attribute: str = "") -> str:
    return f"<dc:{name}><rdf:{kind}><rdf:li{attribute}>{escape(text)}</rdf:li></rdf:{kind}></dc:{name}>" if text else ""
