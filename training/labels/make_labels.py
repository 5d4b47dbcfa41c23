"""Makes local_textract/labels/wordnet.txt: ImageNet's thousand classes and what they are kinds of, out of WordNet 3.0.

    python -m training.labels.make_labels data.noun wnids.json > local_textract/labels/wordnet.txt

`data.noun` is WordNet's own file (Debian: wordnet-base), `wnids.json` an object or list of the classes' ids in order.
"""

import json
import sys
from pathlib import Path

# Too general, or too learned, to be said of a picture: what is a kind of one of these is a kind of what is above it.
CUT = {
    name
    for line in """
    entity|physical entity|abstraction|abstract entity|object|whole|unit|thing|matter|substance|causal agent|artifact
    instrumentality|device|living thing|organism|psychological feature|attribute|relation|measure|group|communication
    signal|event|act|activity|solid|part|body part|natural object|geological formation|process|way|means|region|location
    area|space|structural member|supporting structure|support|mechanism|implement|equipment|covering|commodity
    consumer goods|conveyance|facility|article|ware|material|instrument|apparatus|machine|vascular plant|chordate
    vertebrate|placental|gnathostome|craniate|eutherian mammal|metatherian|amniote|tetrapod|arthropod|invertebrate
    oscine|passerine|even-toed ungulate|odd-toed ungulate|ungulate|carnivore|teleost fish|bony fish|cartilaginous fish
    elasmobranch|soft-finned fish|spiny-finned fish|diapsid|diapsid reptile|anapsid|anapsid reptile|saurian|gallinaceous bird
    natural elevation|elevation|restraint|fabric|mechanical device|fastener|strip|line|sheet|surface|barrier
    obstruction|opening|passageway|passage|way|cloth covering|protective covering|constraint|memory device
    nutriment|foodstuff|ingredient|produce|reproductive structure|plant organ|plant part|plant structure|plant substance
    fungus genus|seed|chemical|liquid|fluid|body covering|attire|apparel|consumer durables|durables|home appliance
    electronic equipment|electronic device|measuring instrument|measuring system|measuring device|optical instrument
    optical device|scientific instrument|magnifier|medium|creation|product|course|nutrition|aquatic vertebrate
    holometabola|person|self-propelled vehicle|public transport|mercantile establishment|place of business
    craft|vessel|system|agent|piece|piece of cloth|starches|game|drug|chelonian|anthropoid ape|decapod crustacean|colubrid snake
    sphere|round shape|shape|figure|
    source of illumination|cutting implement|cutter|edge tool|digital computer|overgarment|piece of furniture|stick|squash
    musteline mammal|lepidopterous insect|old world monkey|new world monkey|starch|instrumentation|bovid|ruminant
    establishment|causal agency|assistant|worker|communicator|skilled worker|leader
    """.splitlines()
    for name in line.strip().split("|")
    if name
}
# Of WordNet's, but not of anybody who looks at a picture.
WITHOUT = {("wheeled vehicle", "container"), ("tripod", "rack"), ("bubble", "globule")}
NOTICE = """\
ImageNet's classes and what they are kinds of: made by training/labels/make_labels.py out of WordNet 3.0, whose licence is:
{licence}
A line a concept: its name, and the lines (from 0) of what it is a kind of; the first thousand are the classes, in order.
"""


def main(data_noun: Path, wnids: Path, licence: Path) -> None:
    listed = json.loads(wnids.read_text())
    classes = [listed[str(number)] for number in range(len(listed))] if isinstance(listed, dict) else listed
    words, above = read_nouns(data_noun)
    names = {offset: each[0] for offset, each in words.items()}
    kept: list[int] = [int(wnid[1:]) for wnid in classes]
    places = {offset: place for place, offset in enumerate(kept)}
    lines: list[list[int]] = []
    place = 0
    while place < len(kept):
        parents = kept_parents(kept[place], names, above)
        for parent in parents:
            if parent not in places:
                places[parent] = len(kept)
                kept.append(parent)
        lines.append([places[parent] for parent in parents])
        place += 1
    titles = titles_of(kept, len(classes), words, lines)
    rows = ["\t".join([name, *map(str, above)]) for name, above in zip(titles, lines, strict=True)]
    notice = NOTICE.format(licence=licence.read_text().strip())
    print("".join(f"# {line}".rstrip() + "\n" for line in notice.splitlines()), end="")
    print("\n".join(rows))


def titles_of(kept: list[int], classes: int, words: dict[int, list[str]], parents: list[list[int]]) -> list[str]:
    """A name for each concept. A class has none that another concept has: a crane is a bird, or lifts things."""
    first = [title(words[offset][0]) for offset in kept]
    found: list[str] = []
    for place, offset in enumerate(kept):
        name = first[place]
        if first.count(name) > 1 and (place < classes or name in found[:classes]):
            others = [other for other in map(title, words[offset]) if other not in first]
            kind = first[parents[place][0]] if parents[place] else ""
            name = others[0] if others else name if name not in found or not kind else f"{name} ({kind})"
        found.append(name)
    return found


def read_nouns(path: Path) -> tuple[dict[int, list[str]], dict[int, list[int]]]:
    """The words of every noun synset, and what it is a kind (or an instance) of, by offset."""
    names: dict[int, list[str]] = {}
    above: dict[int, list[int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            continue
        parts = line.split(" ")
        count = int(parts[3], 16)
        pointers = parts[4 + 2 * count :]
        names[int(parts[0])] = [parts[4 + 2 * number].replace("_", " ") for number in range(count)]
        above[int(parts[0])] = [
            int(pointers[1 + 4 * number + 1])
            for number in range(int(pointers[0]))
            if pointers[1 + 4 * number] in {"@", "@i"}
        ]
    return names, above


def kept_parents(offset: int, names: dict[int, str], above: dict[int, list[int]]) -> list[int]:
    """The nearest concepts above that are not cut."""
    found: list[int] = []
    for parent in above[offset]:
        if (names[offset], names[parent]) in WITHOUT:
            continue
        for each in [parent] if names[parent].lower() not in CUT else kept_parents(parent, names, above):
            if each not in found:
                found.append(each)
    return found


def title(name: str) -> str:
    return " ".join(word if word[:1].isupper() else word[:1].upper() + word[1:] for word in name.split())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
