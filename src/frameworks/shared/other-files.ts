/** Folders of SQL that is not run as migrations: queries, seeds, tests, samples, generated or foreign files. */
const FOLDERS = new Set(
  [
    'node_modules bower_components vendor vendors third_party third-party site-packages venv dist build out target bin obj tmp temp coverage',
    't test tests testing testdata spec specs e2e stub stubs mock mocks benchmark benchmarks bench',
    'demo demos docs doc documentation template templates',
    'query queries seed seeds seeders seeding snapshot snapshots snippets dump dumps backup backups',
  ].flatMap((line) => line.split(' ')),
);

const WORDS = /(?:^|[-_.])(?:tests?|testdata|fixtures?|examples?|samples?|mocks?|testing)(?:[-_.]|$)|^(?:test|Test|sample|Sample|example|Example)[A-Z]|^(?:integration|functional|contract|smoke|acceptance|component|unit|system|e2e|android)Tests?$/;

export const isOtherFolder = (name: string): boolean => name.startsWith('.') || FOLDERS.has(name.toLowerCase()) || WORDS.test(name);

/** Tests, seeds and dumps that people keep beside migrations. */
export const isOtherFile = (name: string): boolean =>
  /(?:^|[._-])(?:test|tests|spec|seed|seeds|dump|snapshot)\.\w+$|^(?:schema|structure|dump|backup|seeds?|full_?schema|queries|query|latest)\.\w+$/i.test(name);
