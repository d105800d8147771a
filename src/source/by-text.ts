/** What is found out about texts, each of which is asked about again and again as long as it is in the project. */
export function byText<Value extends string | boolean | object>(find: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      if (known.size >= MOST) known.clear();
      known.set(text, (found = find(text)));
    }
    return found;
  };
}

/** Texts that are remembered at a time. */
const MOST = 4_000;
