import { userError } from '../config/errors.ts';

/** Takes the place of `config/load-module.ts` in the action: a pull request must not be able to run code with the job's token. */
export const importModule = (path: string): Promise<never> => Promise.reject(userError(`The action runs nothing of the repository, so it cannot read ${path}: write the configuration as lockkeeper.config.json or .yaml.`));
