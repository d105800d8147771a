/** The server's format(): `%s`, `%I`, `%L`, `%%`, with positions and widths. Arguments that are holes stay holes. */
export function formatted(pattern: string, values: readonly string[], hole: string): string {
  let next = 0;
  return pattern.replace(/%(?:(\d+)\$)?-?(?:\d+|\*(?:\d+\$)?)?([sIL%])/g, (_, position: string | undefined, conversion: string) => {
    if (conversion === '%') return '%';
    if (position !== undefined) next = Number(position) - 1;
    const value = values[next];
    next++;
    if (value === undefined) return hole;
    if (conversion === 's') return value;
    if (value === hole && conversion === 'I') return hole;
    return conversion === 'I' ? quotedIdentifier(value) : quotedLiteral(value);
  });
}

/** As quote_ident does it, but every name that is not plain is quoted: keywords among them do no harm. */
export function quotedIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function quotedLiteral(value: string): string {
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return value.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

const RESERVED = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate collation column concurrently constraint create cross ' +
    'current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for ' +
    'foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not ' +
    'notnull null offset on only or order outer overlaps placing primary references returning right select session_user similar some symmetric system_user table tablesample ' +
    'then to trailing true union unique user using variadic verbose when where window with'
  ).split(' '),
);
