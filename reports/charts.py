"""Charts as inline SVG, for the page and the printed book from one description. Pure: numbers in, markup out.

May be imported by pages and by the book. Every drawing carries a <title>, its text alternative in the reader's language; the
table with the same numbers always stands beside it, so drawings hold no other text but the names on the tile map. Colours are
attributes (the book) and classes (the screen, where a style sheet may answer them). Lengths are millimetres, 1 mm = 1 unit.
Shares are drawn from protected figures only: a number that is None is hidden and gets the hatch or the diamond.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

POINT = 25.4 / 72

# Inks: each has its own lightness, so that a photocopy keeps the difference. Kok is the child, ink the monitor, tulip a gap.
INK, VOICE, GAP, QUIET, RULE, WHITE = "#14252a", "#0a506a", "#8f1d17", "#4a5d61", "#a5b1ab", "#ffffff"
FAINT = "#82918d"
ANSWERS = ("#0a506a", "#5b8ba0", "#a3c1ce", "#deecf1")
JUDGED = ("#14252a", "#8b9995", "#ffffff")
MAP = ("#ffffff", "#deecf1", "#a3c1ce", "#2f6f89")
CLASS_OF = {
    INK: "c-ink",
    VOICE: "c-voice",
    GAP: "c-gap",
    QUIET: "c-quiet",
    RULE: "c-rule",
    FAINT: "c-faint",
    WHITE: "c-paper",
    "#5b8ba0": "c-voice-2",
    "#a3c1ce": "c-voice-3",
    "#deecf1": "c-voice-4",
    "#8b9995": "c-ink-2",
    "#2f6f89": "c-map-4",
}


def ramp(steps: int) -> tuple[str, ...]:
    """The inks of `steps` answers from first to last; more than four repeat the lightest, told apart by their outline."""
    if steps <= 2:
        return (ANSWERS[0], ANSWERS[3])[:steps]
    if steps == 3:
        return (ANSWERS[0], ANSWERS[2], ANSWERS[3])
    return tuple(ANSWERS[min(at, 3)] for at in range(steps))


def judged(steps: int) -> tuple[str, ...]:
    """The inks of `steps` judgements from best to worst: dark to white."""
    if steps == 3:
        return JUDGED
    greys = (INK, QUIET, "#8b9995", RULE, WHITE)
    return greys if steps >= 5 else (INK, QUIET, "#8b9995", WHITE) if steps == 4 else (INK, WHITE)[:steps]


# --- The pen -------------------------------------------------------------------------------------------------------------


def n(value: float) -> str:
    """A length with at most two decimals, without trailing zeros: the same bytes everywhere."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def path(d: str, *, fill: str = "none", stroke: str = "", width: float = 0, cap: str = "", dash: str = "") -> str:
    """One path; nothing for an empty one."""
    if not d:
        return ""
    named = [CLASS_OF[fill]] if fill in CLASS_OF else []
    if stroke:
        named.append(CLASS_OF[stroke].replace("c-", "s-"))
    out = f'<path class="{" ".join(named)}" d="{d}" fill="{fill}"'
    if stroke:
        out += f' stroke="{stroke}" stroke-width="{n(width)}"'
    if cap:
        out += f' stroke-linecap="{cap}"'
    if dash:
        out += f' stroke-dasharray="{dash}"'
    return out + "/>"


def box(x: float, y: float, width: float, height: float) -> str:
    return f"M{n(x)} {n(y)}h{n(width)}v{n(height)}h{n(-width)}z"


def dots(places: Iterable[tuple[float, float]]) -> str:
    return "".join(f"M{n(x)} {n(y)}h.01" for x, y in places)


def hatch(x: float, y: float, width: float, height: float, gap: float = 1.3) -> str:
    """Slanting lines inside a box, drawn one by one: patterns print badly."""
    lines, offset = [], gap
    while offset < width + height:
        x1, y1 = (x + offset, y) if offset <= width else (x + width, y + offset - width)
        x2, y2 = (x, y + offset) if offset <= height else (x + offset - height, y + height)
        lines.append(f"M{n(x1)} {n(y1)}L{n(x2)} {n(y2)}")
        offset += gap
    return "".join(lines)


def diamond(x: float, y: float, half: float) -> str:
    return f"M{n(x)} {n(y - half)}l{n(half)} {n(half)}l{n(-half)} {n(half)}l{n(-half)} {n(-half)}z"


def drawing(width: float, height: float, title: str, *parts: str) -> SafeString:
    """The whole drawing. The title is the only text alternative; everything in `parts` was escaped by its maker."""
    inside = "".join(parts)
    return mark_safe(  # noqa: S308 (numbers and escaped text only)
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="{n(width)}mm" height="{n(height)}mm"'
        f' viewBox="0 0 {n(width)} {n(height)}"><title>{escape(title)}</title>{inside}</svg>'
    )


def words(
    x: float, y: float, text: str, *, size: float, ink: str = INK, serif: bool = False, middle: bool = False
) -> str:
    family = "Voice Serif" if serif else "Voice Sans"
    anchor = "middle" if middle else "start"
    return (
        f'<text class="{CLASS_OF[ink]}" x="{n(x)}" y="{n(y)}" font-family="{family}" font-size="{n(size)}"'
        f' text-anchor="{anchor}" fill="{ink}">{escape(text)}</text>'
    )


# --- The charts ----------------------------------------------------------------------------------------------------------


def field_of_dots(filled: int, total: int, title: str, *, width: float = 174, height: float = 129.4) -> SafeString:
    """One dot, one answer: the cover. As many columns as keep the dots round and the field full."""
    pitch = (width * height / max(total, 1)) ** 0.5
    columns = max(round(width / pitch), 1)
    pitch = width / columns
    rows = -(-total // columns)
    places = [((at % columns + 0.5) * pitch, (at // columns + 0.5) * pitch) for at in range(total)]
    size = min(pitch * 0.6, 6)
    return drawing(
        width,
        rows * pitch,
        title,
        path(dots(places[:filled]), stroke=VOICE, width=size, cap="round"),
        path(dots(places[filled:]), stroke=FAINT, width=size, cap="round"),
        path(dots(places[filled:]), stroke=WHITE, width=size - 0.4, cap="round"),
    )


def stacked_bar(
    parts: Sequence[tuple[float, str]], title: str, *, width: float = 40, height: float = 3.9, gap: float = 0.45
) -> SafeString:
    """One bar of a whole: (count, ink) from left to right. White gaps part the pieces, light ones are outlined."""
    total = sum(count for count, _ink in parts)
    present = [(count, ink) for count, ink in parts if count]
    room, x, out = width - 0.2 - gap * (len(present) - 1), 0.1, []
    for count, ink in present:
        length = room * count / total
        light = ink in (WHITE, ANSWERS[3])
        shape = (
            box(x + 0.08, 0.18, max(length - 0.16, 0.1), height - 0.36) if light else box(x, 0.1, length, height - 0.2)
        )
        out.append(path(shape, fill=ink, stroke=INK if light else "", width=0.16))
        x += length + gap
    return drawing(width, height, title, *out)


def share_bar(
    part: float, whole: float, title: str, *, width: float = 40, height: float = 3.2, ink: str = INK
) -> SafeString:
    """How much of a whole: a filled bar inside the outline of the whole."""
    length = (width - 0.2) * min(part / whole, 1) if whole else 0
    return drawing(
        width,
        height,
        title,
        path(box(0.1, 0.1, width - 0.2, height - 0.2), fill=WHITE, stroke=FAINT, width=0.16),
        path(box(0.1, 0.1, length, height - 0.2) if length else "", fill=ink),
    )


@dataclass(frozen=True)
class DotPlot:
    """Shares in percent, one row of the table each; None is hidden. `pitch` is the height of a row in points."""

    values: Sequence[int | None]
    title: str
    pitch: float = 19.5
    width: float = 62
    reference: int | None = None
    ink: str = VOICE

    inset = 1.6

    def x(self, value: float) -> float:
        return self.inset + (self.width - 2 * self.inset) * value / 100

    def svg(self) -> SafeString:
        """No interval is drawn: where children were not drawn by chance there is none (decision of the office)."""
        height = self.pitch * POINT
        whole = height * len(self.values)
        shown = [(self.x(value), (at + 0.5) * height) for at, value in enumerate(self.values) if value is not None]
        lines = "".join(f"M0 {n((at + 1) * height - 0.07)}H{n(self.width)}" for at in range(len(self.values)))
        ticks = "".join(f"M{n(self.x(step))} 0V{n(whole)}" for step in (0, 25, 50, 75, 100))
        stems = "".join(f"M{n(self.x(0))} {n(y)}H{n(x)}" for x, y in shown)
        hidden = "".join(
            diamond(self.x(0), (at + 0.5) * height, 0.9) for at, value in enumerate(self.values) if value is None
        )
        across = f"M{n(self.x(self.reference))} 0V{n(whole)}" if self.reference is not None else ""
        if self.ink == VOICE:
            marks = path(dots(shown), stroke=VOICE, width=2.5, cap="round")
        else:
            marks = path("".join(box(x - 1, y - 1, 2, 2) for x, y in shown), fill=INK)
        return drawing(
            self.width,
            whole,
            self.title,
            path(lines, stroke=RULE, width=0.14),
            path(ticks, stroke="#a5b1ab", width=0.1),
            path(across, stroke=INK, width=0.25, dash="1 .8"),
            path(stems, stroke=self.ink, width=0.35),
            marks,
            path(hidden, fill=WHITE, stroke=QUIET, width=0.25),
        )


UNIT, UNIT_PITCH, UNITS_IN_LINE = 1.88, 2.54, 26


def unit_strip(states: Sequence[tuple[str, int]], title: str, *, per_line: int = UNITS_IN_LINE) -> SafeString:
    """One mark, one recommendation, in the order given. States are forms, never colours: see `unit`."""
    places: dict[str, list[tuple[float, float]]] = {}
    at = 0
    for state, count in states:
        for _one in range(count):
            spot = (0.14 + at % per_line * UNIT_PITCH, 0.14 + at // per_line * UNIT_PITCH)
            places.setdefault(state, []).append(spot)
            at += 1
    lines = max(-(-at // per_line), 1)
    width = max(min(at, per_line), 1) * UNIT_PITCH
    return drawing(width, lines * UNIT_PITCH, title, *(units(state, spots) for state, spots in places.items()))


def units(state: str, spots: Sequence[tuple[float, float]], size: float = UNIT) -> str:
    """implemented: full; partly: half; not: empty; not_checked: dotted; overtaken: a ring."""
    outline = "".join(box(x, y, size, size) for x, y in spots)
    if state == "implemented":
        return path(outline, fill=INK, stroke=INK, width=0.22)
    if state == "partly":
        return path(outline, fill=WHITE, stroke=INK, width=0.22) + path(
            "".join(box(x, y, size / 2, size) for x, y in spots), fill=INK
        )
    if state == "not_checked":
        return path(outline, fill=WHITE, stroke=INK, width=0.26, dash=".3 .45")
    if state == "overtaken":
        r = n(size / 2)
        ring = "".join(
            f"M{n(x)} {n(y + size / 2)}a{r} {r} 0 1 0 {n(size)} 0a{r} {r} 0 1 0 {n(-size)} 0" for x, y in spots
        )
        return path(ring, fill=WHITE, stroke=INK, width=0.22)
    return path(outline, fill=WHITE, stroke=INK, width=0.22)


def unit(state: str, title: str) -> SafeString:
    """One mark by itself, for keys and lists."""
    return drawing(2.4, 2.4, title, units(state, [(0.25, 0.25)], 1.9))


@dataclass(frozen=True)
class Tile:
    """A region on the tile map. `level` is the class of its value, 0 to 3, or None where there is nothing to show."""

    column: int
    row: int
    name: str
    value: str
    level: int | None


LAKES = ((1, 2), (4, 2))  # the Aral and Balkhash: two empty places by which the country is recognised


def tile_map(tiles: Sequence[Tile], title: str, *, width: float = 129.5, lakes: Sequence[str] = ()) -> SafeString:
    """Every region one tile of equal size. Regions without a value are hatched; `lakes` are the names of the two holes."""
    columns = 1 + max((tile.column for tile in tiles), default=0)
    rows = 1 + max((tile.row for tile in tiles), default=0)
    gap = 1.1
    w = (width - gap * (columns - 1)) / columns
    h = w * 0.86
    out: list[str] = []
    for level, ink in enumerate(MAP):
        mine = "".join(box(t.column * (w + gap), t.row * (h + gap), w, h) for t in tiles if t.level == level)
        out.append(path(mine, fill=ink, stroke=QUIET if level < 2 else ink, width=0.22))
    for tile in tiles:
        x, y = tile.column * (w + gap), tile.row * (h + gap)
        ink = WHITE if tile.level == 3 else INK
        if tile.level is None:
            out.append(path(box(x, y, w, h), fill=WHITE, stroke=FAINT, width=0.2))
            out.append(path(hatch(x, y + 6.2, w, h - 6.2, 1.55), stroke=FAINT, width=0.16))
        out.append(words(x + 1.5, y + 4.5, tile.name, size=min(2.75, w * 0.134), ink=ink))
        if tile.value:
            out.append(words(x + 1.5, y + h - 2.4, tile.value, size=6.2, ink=ink, serif=True))
    for (column, row), name in zip(LAKES, lakes, strict=False):
        x, y = column * (w + gap) + w / 2, row * (h + gap) + h / 2
        waves = "".join(f"M{n(x - 4.5)} {n(y + step)}q1.5 -1.1 3 0t3 0t3 0" for step in (-1.6, -0.1))
        out.append(path(waves, stroke=FAINT, width=0.3))
        out.append(words(x, y + 4.6, name, size=2.2, ink=QUIET, middle=True))
    return drawing(width, rows * (h + gap) - gap, title, *out)


def sums(whole: float, parts: Sequence[float], title: str, *, width: float = 129.5) -> SafeString:
    """A published whole above the outline of its parts, and the gap between them hatched: somebody else's numbers."""
    total = sum(parts)
    scale = (width - 0.4) / max(whole, total, 1)
    out = [path(box(0.2, 0.2, whole * scale, 5), fill=WHITE, stroke=INK, width=0.28)]
    x = 0.2
    for part in parts:
        out.append(path(box(x, 6.6, part * scale, 5), fill=WHITE, stroke=INK, width=0.28))
        x += part * scale
    start, length, y = 0.2 + min(whole, total) * scale, abs(whole - total) * scale, 6.6 if total < whole else 0.2
    if length:
        out.append(path(box(start, y, length, 5), stroke=GAP, width=0.35))
        out.append(path(hatch(start, y, length, 5, 1.05), stroke=GAP, width=0.28))
    return drawing(width, 11.8, title, *out)


def small_bars(values: Sequence[int | None], title: str, *, width: float = 40.5, height: float = 15) -> SafeString:
    """A short series, the last one dark. A hidden value is a diamond on the base line."""
    top = max((value for value in values if value is not None), default=0) or 1
    step = width / max(len(values), 1)
    out = [path(f"M0 {n(height - 0.1)}H{n(width)}", stroke=RULE, width=0.2)]
    for at, value in enumerate(values):
        if value is None:
            out.append(path(diamond((at + 0.5) * step, height - 1.4, 1), fill=WHITE, stroke=QUIET, width=0.25))
            continue
        tall = (height - 0.6) * value / top
        last = at == len(values) - 1
        out.append(
            path(box(at * step + step * 0.18, height - 0.2 - tall, step * 0.64, tall), fill=INK if last else JUDGED[1])
        )
    return drawing(width, height, title, *out)


def swatch(ink: str, title: str, *, hatched: bool = False) -> SafeString:
    """The sample of an ink in a key."""
    lines = path(hatch(0.1, 0.1, 3.6, 2.4, 1.1), stroke=FAINT, width=0.18) if hatched else ""
    return drawing(3.8, 2.6, title, path(box(0.1, 0.1, 3.6, 2.4), fill=ink, stroke=INK, width=0.14), lines)
