"""The ruler: reads any PDF back and measures it against GB/T 9704-2012, rule by rule.

``reading`` turns a file into glyphs, bars and ink; ``parts`` finds the parts of a paper in them; the ``*_rules``
modules say what is right, how far off it may be, and measure it; ``table`` gathers them; ``check`` does all of it in a
child process.

Convention: a character's box is its ideographic em-box, from 0.88 em above the baseline to 0.12 em below it, whatever
the font file states. The mark, seals and the dashes of page numbers are measured by their ink. Lengths are millimetres
from the upper left corner of the page as it is looked at; sizes of type are points.
"""
