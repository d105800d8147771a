/** The words of a command line, as a shell takes them apart: blanks between them, quotes around what belongs together. */
export const wordsOf = (line: string): readonly string[] => (line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double: string | undefined, single: string | undefined) => double ?? single ?? ''));
