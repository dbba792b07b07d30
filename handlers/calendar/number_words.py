"""Small numbers in words, as people write them in a sentence: «tre uker», «for halvannen time siden»."""

NUMBERS = {
    **dict.fromkeys(("en", "én", "ein", "ei", "et", "ett", "eitt", "one", "an", "a"), 1),
    **dict.fromkeys(("to", "two"), 2),
    **dict.fromkeys(("tre", "three"), 3),
    "fire": 4,
    "fem": 5,
    "seks": 6,
    **dict.fromkeys(("sju", "syv"), 7),
    "åtte": 8,
    "ni": 9,
    "ti": 10,
    "elleve": 11,
    "tolv": 12,
    "fjorten": 14,
    "femten": 15,
    **dict.fromkeys(("tjue", "tyve"), 20),
    **dict.fromkeys(("tretti", "tredve"), 30),
    "halv": 0.5,
    **dict.fromkeys(("halvannen", "halvanna", "halvtanna"), 1.5),
}
"""Bokmål, nynorsk, and the first in English."""
ORDINALS = {
    **dict.fromkeys(("1", "1.", "første", "fyrste"), 1),
    **dict.fromkeys(("2", "2.", "andre", "annet", "anna"), 2),
    **dict.fromkeys(("3", "3.", "tredje"), 3),
    **dict.fromkeys(("4", "4.", "fjerde"), 4),
}
"""Which of the quarters, thirds or halves of a year."""
