/* Does a free text look as if it named somebody? The same search as the server's (visits/textguard.py), for pages without a network:
   a person's name, a 12-digit individual number, a telephone number, a date of birth. Warns, never blocks. */

const LETTER = "[\\p{L}\\p{N}_]";
const NUMBER = /(?<!\d)\d(?:[ \u00a0-]?\d){11}(?!\d)/g;
const PHONE = /(?<![\d+])(?:\+7|8|\+?7)[ \u00a0-]?\(?\d{3}\)?[ \u00a0-]?\d{3}[ \u00a0-]?\d{2}[ \u00a0-]?\d{2}(?!\d)/g;
const DATE = /(?<!\d)(?:(\d{1,2})[./-](\d{1,2})[./-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2}))(?!\d)/g;
const BORN = new RegExp(
  `(?<!${LETTER})(?:born|date of birth|d\\.?o\\.?b|рожд${LETTER}*|родил${LETTER}*|г\\.\\s?р\\.|туған|туылған|дүниеге келген)`,
  "iu",
);
const CHILDHOOD = [3, 18];

const WORD = /\p{L}+(?:[-’']\p{L}+)*/gu;
const BEGINS = /(?:^|[.!?…:;]\s|\n|[«“"(])[-–—•*\d.)\s]*$/u;
const BACK = 40;
const FOLLOWING = /\s+(\p{L}+)/uy;
const INITIALS = /(?:\p{L}\.\s?){1,2}\p{L}{3,}|\p{L}{3,}\s\p{L}\.\s?\p{L}\./gu;
const PATRONYMIC = new RegExp(
  `(?:ович|евич|ович[аеуё]м?|евич[аеу]|овн[аеуыойё]+|евн[аеуыой]+|ұлы${LETTER}{0,4}|қызы${LETTER}{0,4}|улы|кызы)$`,
  "u",
);
const SURNAME = /(?:ов|ев|ёв|ова|ева|ёва|овой|евой|ову|еву|ина|ский|ская|ской|баев|бекова?)$/u;
const CALLED = new RegExp(
  `(?<!${LETTER})(?:named|called|name is|girl|boy|зовут|имени|мальчик${LETTER}*|девочк${LETTER}*|подрост${LETTER}*|есімі|аты-жөні|` +
    `атты|ұл|қыз|бала)\\s+[«“"]?$`,
  "iu",
);
const NAMES = new Set(
  (
    "айгерім айгерим айгүл айгуль айдана айдар айжан айнұр айнур айсұлу айша алдияр александр алексей алина алихан алия " +
    "алтынай амина амир анар анастасия анна арайлым арман арсен артём артем асель әсел аслан асхат ахмет әлия әмина бақыт " +
    "бахыт бауыржан бекзат болат булат вадим валерия василий вероника виктор виктория владимир галым ғалым гаухар гүлнар " +
    "гульнар гүлнұр гүлмира гульмира дамир данияр дарина дария дархан даулет дәулет диана дінмұхамед динара диас динмухамед " +
    "дмитрий евгений ержан ерлан ернар есен жанар жанат жандос жансая жанерке жарас ибрагим ильяс индира ирина камила қайрат " +
    "кайрат карина кирилл қуаныш лаура лейла мадина мади максат мақсат максим марат марина мария марьям мейрам мерей меруерт " +
    "михаил мұрат мурат назерке назым наталья никита николай нұрлан нурлан нұргүл нұрсұлтан нурсултан оксана олжас ольга омар " +
    "павел полина раушан рауан руслан рустам сабина салтанат самат санжар сәуле сауле серик серік сергей сымбат талғат талгат " +
    "тамара татьяна темирлан темірлан тимур томирис ұлан улан фарида фатима шыңғыс шынгыс шолпан эльмира юлия юрий ярослав " +
    "aigerim aigul aidana aidar aigerim aliya alina amina aruzhan asel askar aslan bolat dana daniyar daria diana dinara " +
    "madina marat maria maxim nurlan nursultan olzhas ruslan sabina sanzhar saule sergey timur yerlan zhanar aisha ivan john"
  ).split(" "),
);
const NOBODY = new RegExp(
  "^(?:абай|акмол|ақмола|актюб|актоб|ақтөбе|алмат|атырау|западн|батыс|жамбыл|жетісу|жетису|караганд|қарағанд|" +
  "костана|қостана|кызылорд|қызылорд|мангист|маңғыстау|павлодар|северн|солтүстік|туркест|түркіст|ұлытау|улытау|" +
  "восточн|шығыс|астан|шымкент|казахст|қазақст|республик|министер|министр|комитет|департамент|управлен|прокурат|" +
  "полиц|закон|кодекс|конституц|конвенц|устав|правил|приказ|гавана|гаван|пекин|мандел|нельсон|мандэл|оон|бұұ|ивс|" +
  "сизо|цан|жск|қамқор|уполномоч|уәкіл|kazakh|russian|english|monday|tuesday|wednesday|thursday|friday|saturday|" +
  "sunday|january|february|march|april|may$|june|july|august|september|october|november|december|havana|beijing|" +
  "mandela|nelson|rule|article|centre|center|ministry|astana|almaty|karaganda|shymkent|convention|i$|i’|i'|wifi|" +
  "whatsapp|covid)",
  "iu",
);

/** What in `text` may lead to a person, in the order of the text and each piece once: [{sort, text}]. */
export function suspicions(text, today = new Date()) {
  const covered = [];
  const found = [];
  const note = (start, end, sort) => {
    if (covered.some(([from, to]) => start >= from && start < to)) return;
    covered.push([start, end]);
    found.push({ start, sort, text: text.slice(start, end) });
  };
  for (const [pattern, sort] of [[NUMBER, "number"], [PHONE, "phone"]]) {
    for (const match of text.matchAll(pattern)) note(match.index, match.index + match[0].length, sort);
  }
  for (const match of text.matchAll(DATE)) if (aBirth(match, text, today)) note(match.index, match.index + match[0].length, "birth");
  for (const [start, end] of names(text)) note(start, end, "name");
  const once = new Map();
  for (const { sort, text: piece } of found.sort((a, b) => a.start - b.start)) {
    if (!once.has(piece.toLowerCase())) once.set(piece.toLowerCase(), { sort, text: piece });
  }
  return [...once.values()];
}

function aBirth(match, text, today) {
  const around = text.slice(Math.max(0, match.index - 30), match.index + match[0].length + 12);
  if (BORN.test(around)) return true;
  const age = today.getFullYear() - Number(match[3] ?? match[4]);
  return age >= CHILDHOOD[0] && age <= CHILDHOOD[1];
}

const large = (letter) => letter !== letter.toLowerCase();
const shouted = (word) => word === word.toUpperCase() && word !== word.toLowerCase();

/* The places of names; names side by side are one person. */
function* names(text) {
  for (const match of text.matchAll(INITIALS)) {
    const words = match[0].match(WORD);
    const longest = words.reduce((one, other) => (other.length > one.length ? other : one));
    if (words.every((word) => large(word[0])) && !NOBODY.test(longest) && !shouted(longest)) yield [match.index, match.index + match[0].length];
  }
  let previous = null;
  for (const match of text.matchAll(WORD)) {
    const [start, end] = [match.index, match.index + match[0].length];
    const suspect = suspected(match[0], text, start, end);
    if (suspect && previous?.suspect && /^\s+$/.test(text.slice(previous.end, start))) {
      previous = { start: previous.start, end, suspect };
      continue;
    }
    if (previous?.suspect) yield [previous.start, previous.end];
    previous = { start, end, suspect };
  }
  if (previous?.suspect) yield [previous.start, previous.end];
}

function suspected(word, text, start, end) {
  if (word.length < 2 || !large(word[0]) || shouted(word) || NOBODY.test(word)) return false;
  const before = start <= BACK ? text.slice(0, start) : `a${text.slice(start - BACK, start)}`;
  const plain = word.toLowerCase();
  return (
    known(plain) ||
    PATRONYMIC.test(plain) ||
    CALLED.test(before) ||
    !BEGINS.test(before) ||
    (SURNAME.test(plain) && largeFollows(text, end))
  );
}

/* An ending of up to three letters may follow a known name. */
function known(plain) {
  for (let cut = Math.max(4, plain.length - 3); cut <= plain.length; cut += 1) if (NAMES.has(plain.slice(0, cut))) return true;
  return NAMES.has(plain);
}

function largeFollows(text, end) {
  FOLLOWING.lastIndex = end;
  const following = FOLLOWING.exec(text);
  return following !== null && large(following[1][0]);
}
