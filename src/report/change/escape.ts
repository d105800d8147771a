/** Text as HTML, for elements and for attributes in double quotes. */
export const html = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char).replace(/[\0-\x08\v\f\x0E-\x1F\x7F]/g, '\uFFFD');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
