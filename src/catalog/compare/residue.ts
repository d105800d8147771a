/** One difference that a down leaves behind. */
export interface Residue {
  /** `missing`: was there before, is not back; `extra`: was not there before, still is; `changed`: back, but different. */
  readonly difference: 'missing' | 'extra' | 'changed';
  /** As in `column public.users.email`, `index public.users_email_idx`. */
  readonly object: string;
  /** For `changed`: what, as in `default: 0 → none`. */
  readonly detail?: string;
}
