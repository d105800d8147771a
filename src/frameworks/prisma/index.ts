import type { FrameworkAdvice, TransactionPolicy } from '../../ir/migration.ts';
import type { DataModel } from '../../ir/model.ts';
import type { Framework, HistoryProblem } from '../framework.ts';
import { dialectNamed } from '../shared/dialects.ts';
import { history } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { lexicalCompare } from '../shared/order.ts';
import { fileNames, folderNames, hasFile, join, parentOf } from '../shared/paths.ts';
import { readModel } from './schema.ts';
import { writer } from './writer.ts';

const LOCK = 'migration_lock.toml';
const POLICY: TransactionPolicy = { wrap: 'implicit', optOut: 'Put the statement alone in a migration of its own.' };

const ADVICE: FrameworkAdvice = {
  requiredColumn: 'In schema.prisma give the field @default(…), for one @updatedAt @default(now()), or make it optional first.',
  renamedColumn: 'In schema.prisma give <field> @map("<old>"): then nothing changes in the database.',
  renamedTable: 'In schema.prisma give <model> @@map("<old>"): then nothing changes in the database.',
  renamedJoinTable: 'The table has its name from the models or from the relation: @relation("<old>") on both sides in schema.prisma keeps it.',
};

/** Each folder holds one `migration.sql`, sent as one string. A `down.sql` beside it is a custom of its users. */
const framework: Framework = {
  name: 'prisma',
  title: 'Prisma Migrate',
  checksums: true,
  session: 'kept',
  recognise(folder, tree) {
    if (hasFile(tree, folder, LOCK)) return 100;
    const ours = folderNames(tree, folder).slice(0, 5).filter((name) => hasFile(tree, join(folder, name), 'migration.sql') && !hasFile(tree, join(folder, name), 'snapshot.json'));
    if (ours.length > 0 && hasFile(tree, parentOf(folder) ?? folder, 'schema.prisma')) return 95;
    return ours.some((name) => /^\d{8,14}_/.test(name)) ? 70 : 0;
  },
  read(folder, tree) {
    const problems: HistoryProblem[] = [];
    let read: { readonly model: DataModel | undefined } | undefined;
    const model = (): DataModel | undefined => (read ??= { model: readModel(folder, tree) }).model;
    const unread: string[] = [];
    const drafts = [...folderNames(tree, folder)].filter((name) => !name.startsWith('.')).sort(lexicalCompare).flatMap((name): Draft[] => {
      const own = join(folder, name);
      if (!hasFile(tree, own, 'migration.sql')) {
        const code = fileNames(tree, own).filter((file) => /\.[cm]?[jt]s$/.test(file));
        unread.push(...code.map((file) => join(own, file)));
        if (/^\d/.test(name) && code.length === 0 && hasFile(tree, folder, LOCK)) {
          problems.push({ problem: 'missing-file', path: join(own, 'migration.sql'), detail: `The migration folder ${name} has no migration.sql, so Prisma stops.` });
        }
        return [];
      }
      return [{
        version: name,
        name: name.replace(/^\d+_/, ''),
        up: { path: join(own, 'migration.sql'), direction: 'up', transaction: POLICY, advice: ADVICE, model },
        ...(hasFile(tree, own, 'down.sql') ? { down: { path: join(own, 'down.sql'), direction: 'down', transaction: POLICY } as const } : {}),
      }];
    });
    const provider = /^[ \t]*provider\s*=\s*"([\w-]+)"/m.exec(tree.read(join(folder, LOCK)) ?? '')?.[1];
    return history({ framework: framework.name, folder, drafts, downs: 'never', problems, unread, dialect: dialectNamed(provider) });
  },
  writer,
};

export default framework;
