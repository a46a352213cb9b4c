"""Does a free text look as if it named somebody? Warns, never blocks. Pure; any room may import it.

Looks for four things in Kazakh, Russian and English: a person's name, a 12-digit individual number, a telephone number, a
date of birth. It errs towards asking: the page lets the author rewrite or confirm that it is nobody's name.
"""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Sort(StrEnum):
    """What was found."""

    NAME = "name"
    NUMBER = "number"
    PHONE = "phone"
    BIRTH = "birth"


class Suspicion(NamedTuple):
    """A piece of text that may lead to a person."""

    sort: Sort
    text: str


NUMBER = re.compile(r"(?<!\d)\d(?:[ \u00a0-]?\d){11}(?!\d)")
PHONE = re.compile(
    r"(?<![\d+])(?:\+7|8|\+?7)[ \u00a0-]?\(?\d{3}\)?[ \u00a0-]?\d{3}[ \u00a0-]?\d{2}[ \u00a0-]?\d{2}(?!\d)"
)
DATE = re.compile(r"(?<!\d)(?:(\d{1,2})[./-](\d{1,2})[./-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2}))(?!\d)")
BORN = re.compile(
    r"\b(?:born|date of birth|d\.?o\.?b|рожд\w*|родил\w*|г\.\s?р\.|туған|туылған|дүниеге келген)", re.IGNORECASE
)
CHILDHOOD = range(3, 19)

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
# A word begins a sentence after nothing, after an end mark, or after a line's dash, bullet, number or opening quotation.
BEGINS = re.compile(r"(?:^|[.!?…:;]\s|\n|[«“\"(])[-–—•*\d.)\s]*$")
# How far back before a word is looked: far enough for a bullet or "a girl called", and the same work for every word of a long text.
BACK = 40
INITIALS = re.compile(
    r"(?:[^\W\d_]\.\s?){1,2}[^\W\d_]{3,}|[^\W\d_]{3,}\s[^\W\d_]\.\s?[^\W\d_]\.",
)
PATRONYMIC = re.compile(
    r"(?:ович|евич|ович[аеуё]м?|евич[аеу]|овн[аеуыойё]+|евн[аеуыой]+|ұлы\w{0,4}|қызы\w{0,4}|улы|кызы)$"
)
SURNAME = re.compile(r"(?:ов|ев|ёв|ова|ева|ёва|овой|евой|ову|еву|ина|ский|ская|ской|баев|бекова?)$")
FOLLOWING = re.compile(r"\s+([^\W\d_]+)")
# After these a capital letter is a name even where the sentence says nothing else.
CALLED = re.compile(
    r"\b(?:named|called|name is|girl|boy|зовут|имени|мальчик\w*|девочк\w*|подрост\w*|есімі|аты-жөні|атты|ұл|қыз|бала)"
    r"\s+[«“\"]?$",
    re.IGNORECASE,
)
# Given names often met in the country. An ending of up to three letters may follow ("Асланға", "Маратом").
NAMES = frozenset(
    "айгерім айгерим айгүл айгуль айдана айдар айжан айнұр айнур айсұлу айша алдияр александр алексей алина алихан алия"
    " алтынай амина амир анар анастасия анна арайлым арман арсен артём артем асель әсел аслан асхат ахмет әлия әмина"
    " бақыт бахыт бауыржан бекзат болат булат вадим валерия василий вероника виктор виктория владимир галым ғалым гаухар"
    " гүлнар гульнар гүлнұр гүлмира гульмира дамир данияр дарина дария дархан даулет дәулет диана дінмұхамед динара"
    " диас динмухамед дмитрий евгений ержан ерлан ернар есен жанар жанат жандос жансая жанерке жарас ибрагим ильяс"
    " индира ирина камила қайрат кайрат карина кирилл қуаныш лаура лейла мадина мади максат мақсат максим марат марина"
    " мария марьям мейрам мерей меруерт михаил мұрат мурат назерке назым наталья никита николай нұрлан нурлан нұргүл"
    " нұрсұлтан нурсултан оксана олжас ольга омар павел полина раушан рауан руслан рустам сабина салтанат самат санжар"
    " сәуле сауле серик серік сергей сымбат талғат талгат тамара татьяна темирлан темірлан тимур томирис ұлан улан"
    " фарида фатима шыңғыс шынгыс шолпан эльмира юлия юрий ярослав aigerim aigul aidana aidar aigerim aliya alina amina"
    " aruzhan asel askar aslan bolat dana daniyar daria diana dinara madina marat maria maxim nurlan nursultan olzhas"
    " ruslan sabina sanzhar saule sergey timur yerlan zhanar aisha ivan john".split()
)
# Capital letters that are no person: places, bodies, documents, languages, days and months of English.
NOBODY = re.compile(
    r"^(?:абай|акмол|ақмола|актюб|актоб|ақтөбе|алмат|атырау|западн|батыс|жамбыл|жетісу|жетису|караганд|қарағанд|костана|қостана"
    r"|кызылорд|қызылорд|мангист|маңғыстау|павлодар|северн|солтүстік|туркест|түркіст|ұлытау|улытау|восточн|шығыс|астан|шымкент"
    r"|казахст|қазақст|республик|министер|министр|комитет|департамент|управлен|прокурат|полиц|закон|кодекс|конституц"
    r"|конвенц|устав|правил|приказ|гавана|гаван|пекин|мандел|нельсон|мандэл|оон|бұұ|ивс|сизо|цан|жск|қамқор|уполномоч|уәкіл"
    r"|kazakh|russian|english|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may$|june|july"
    r"|august|september|october|november|december|havana|beijing|mandela|nelson|rule|article|centre|center|ministry|astana|almaty"
    r"|karaganda|shymkent|convention|i$|i’|i'|wifi|whatsapp|covid)",
    re.IGNORECASE,
)


def suspicions(text: str, *, today: date) -> list[Suspicion]:
    """What in `text` may lead to a person, in the order of the text and each piece once; empty when nothing does."""
    found: dict[tuple[int, str], Suspicion] = {}
    covered: list[range] = []

    def note(start: int, end: int, sort: Sort) -> None:
        if not any(start in span for span in covered):
            covered.append(range(start, end))
            found[start, sort] = Suspicion(sort, text[start:end])

    for pattern, sort in ((NUMBER, Sort.NUMBER), (PHONE, Sort.PHONE)):
        for match in pattern.finditer(text):
            note(match.start(), match.end(), sort)
    for match in DATE.finditer(text):
        if _a_birth(match, text, today):
            note(match.start(), match.end(), Sort.BIRTH)
    for start, end in _names(text):
        note(start, end, Sort.NAME)
    unique: dict[str, Suspicion] = {}
    for place in sorted(found):
        unique.setdefault(found[place].text.casefold(), found[place])
    return list(unique.values())


def _a_birth(match: re.Match[str], text: str, today: date) -> bool:
    year = int(match[3] or match[4])
    if BORN.search(text[max(0, match.start() - 30) : match.end() + 12]):
        return True
    return today.year - year in CHILDHOOD


def _names(text: str) -> Iterator[tuple[int, int]]:
    for match in INITIALS.finditer(text):
        words = WORD.findall(match[0])
        longest = max(words, key=len)
        if all(word[0].isupper() for word in words) and not NOBODY.match(longest) and not longest.isupper():
            yield match.start(), match.end()
    previous: tuple[int, int, bool] | None = None
    for match in WORD.finditer(text):
        word, before = match[0], _just_before(text, match.start())
        capital = word[0].isupper() and not word.isupper() and len(word) > 1
        suspect = False
        if capital and not NOBODY.match(word):
            first = bool(BEGINS.search(before))
            suspect = (
                _known_name(word)
                or bool(PATRONYMIC.search(word.casefold()))
                or bool(CALLED.search(before))
                or not first
                or (bool(SURNAME.search(word.casefold())) and _capital_follows(text, match.end()))
            )
        # Two names side by side are one person.
        if suspect and previous and text[previous[1] : match.start()].isspace() and previous[2]:
            previous = (previous[0], match.end(), True)
            continue
        if previous and previous[2]:
            yield previous[0], previous[1]
        previous = (match.start(), match.end(), suspect)
    if previous and previous[2]:
        yield previous[0], previous[1]


def _just_before(text: str, place: int) -> str:
    """The end of what stands before a place. Cut off, it begins with a letter: only a whole text begins where it begins."""
    return text[:place] if place <= BACK else f"a{text[place - BACK : place]}"


def _known_name(word: str) -> bool:
    plain = word.casefold()
    return any(plain[:cut] in NAMES for cut in range(max(4, len(plain) - 3), len(plain) + 1)) or plain in NAMES


def _capital_follows(text: str, end: int) -> bool:
    following = FOLLOWING.match(text, end)
    return following is not None and following[1][0].isupper()
