const ATOM = String.raw`(?:[^\\^$.*+?()[\]{}|]|[\]}]|\\[dDwWsSbBnrtfv^$.*+?()[\]{}|/\\"'\x60-]|\.|\[\^?(?:[^\]\\[]|\\[dDwWsSnrtb\]\[\\^/.*+?$(){}|"'-])*\])`;
const TIMES = String.raw`(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??`;
const TOKEN = new RegExp(String.raw`\(\?<[a-zA-Z_]\w{0,30}>|\(\?(?:[:=!]|<[=!])|[()|^$]|${ATOM}|${TIMES}`, 'y');

/** What a search may cost: steps that grow with a power of the text, times a factor. */
export interface Effort {
  readonly power: number;
  readonly factor: number;
}

interface Group {
  /** Something in it comes any number of times, or may be one thing or another. */
  isOpen: boolean;
}

/** Parts one after the other, of which at most the last may come any number of times: what is found so takes a time that grows with the text alone. */
const PLAIN = new RegExp(`^(?:\\^?(?:${ATOM})+\\$?|\\^?(?:${ATOM})+[*+])(?:\\|(?:\\^?(?:${ATOM})+\\$?|\\^?(?:${ATOM})+[*+])){0,8}$`);
const CHOICES = 8;

/** Undefined for what may take longer than any power of the text, as repetitions of repetitions and long rows of choices do, and for what is not read here. */
export function effortOf(source: string): Effort | undefined {
  if (PLAIN.test(source)) return { power: 1, factor: 10 };
  let repetitions = 0;
  let choices = 0;
  let counted = 1;
  let last: Group | undefined;
  const open: Group[] = [];
  for (let at = 0; at < source.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(source)?.[0];
    if (token === undefined) return undefined;
    const outer = open.at(-1);
    const times = /^(?:[*+?]|\{\d)/.test(token);
    if (token.startsWith('(')) open.push({ isOpen: false });
    if (times || token === '|') {
      const count = /^\{(\d+)\}/.exec(token)?.[1];
      const isExact = count !== undefined;
      if (times && last?.isOpen === true && !token.startsWith('?')) return undefined;
      if (token === '|' || token.startsWith('?')) choices += 1;
      else if (isExact) counted *= Number(count);
      else repetitions += 1;
      if (outer !== undefined && !isExact) outer.isOpen = true;
    }
    last = token === ')' ? open.pop() : undefined;
    if (token === ')' && last === undefined) return undefined;
    const around = open.at(-1);
    if (around !== undefined && last?.isOpen === true) around.isOpen = true;
  }
  return open.length === 0 && choices <= CHOICES ? { power: repetitions + 1, factor: source.length * 2 ** choices * counted } : undefined;
}
