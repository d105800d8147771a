/** Folders of SQL that is not run as migrations: queries, seeds, tests, samples, generated or foreign files. */
const FOLDERS = new Set(
  [
    'node_modules bower_components vendor vendors third_party third-party site-packages venv dist build out target bin obj tmp temp coverage',
    'test tests __tests__ testing testdata test-data test_data testfixtures fixture fixtures __fixtures__ spec specs e2e mocks __mocks__ benchmarks benchmark bench',
    'example examples sample samples demo demos docs doc documentation',
    'query queries seed seeds seeders seeding snapshot snapshots snippets dump dumps backup backups',
  ].flatMap((line) => line.split(' ')),
);

export const isOtherFolder = (name: string): boolean => name.startsWith('.') || FOLDERS.has(name.toLowerCase());

/** Tests, seeds and dumps that people keep beside migrations. */
export const isOtherFile = (name: string): boolean =>
  /(?:^|[._-])(?:test|tests|spec|seed|seeds|dump|snapshot)\.\w+$|^(?:schema|structure|dump|backup|seeds?|full_?schema|queries|query)\.\w+$/i.test(name);
