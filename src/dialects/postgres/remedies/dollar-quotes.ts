/** A dollar quote that the body does not hold: `$word$`, or `$word1$` and so on. */
export function dollarQuote(word: string, body: string): string {
  for (let count = 0; ; count++) {
    const tag = `$${word}${count === 0 ? '' : String(count)}$`;
    if (!body.includes(tag)) return tag;
  }
}
