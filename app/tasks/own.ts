import { type Pool } from 'pg';
import { recipientsOf } from '../../domain/notices/recipients';
import { type Role, type WorkStage } from '../../domain/vocabulary';
import { colleaguesOf, type NamedContact } from '../../register/case-detail';

/** As much of a task as says whose it is. */
export interface OwnedTask {
  readonly departmentId: string;
  readonly siteId: string;
  readonly stage: WorkStage;
  readonly owner: string | null;
  readonly proposal: 'waiting' | 'none';
}

/** The post whose task a stage is. */
export function roleFor({ stage, proposal }: Pick<OwnedTask, 'stage' | 'proposal'>): Role {
  return stage === 'verify' || proposal === 'waiting' ? 'security-officer' : 'task-owner';
}

/** Says whose tasks are, by the same rule that mail goes out by; asks for each department's people once. */
export class Owners {
  readonly #people = new Map<string, Promise<readonly NamedContact[]>>();

  constructor(private readonly pool: Pool) {}

  /** Contact ids of those whose task it is. */
  async of(task: OwnedTask): Promise<readonly string[]> {
    const { departmentId } = task;
    const people = this.#people.get(departmentId) ?? colleaguesOf(this.pool, departmentId);
    this.#people.set(departmentId, people);
    return recipientsOf([roleFor(task)], await people, task);
  }

  /** Those of these tasks that are one of these contacts'. */
  async among<T extends OwnedTask>(tasks: readonly T[], contactIds: ReadonlySet<string>): Promise<T[]> {
    const found: T[] = [];
    for (const task of tasks) if ((await this.of(task)).some((id) => contactIds.has(id))) found.push(task);
    return found;
  }
}
