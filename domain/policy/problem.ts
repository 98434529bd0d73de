/** Something wrong with a policy's content, at the path of the value that is wrong. */
export interface PolicyProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** What to do, as a sentence. */
  readonly hint: string;
}
