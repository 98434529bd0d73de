import { type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';

/** Attributes that workflows are listed by; values are the field's words or opaque ids, since the server keeps them in the clear. */
export const SEARCH_ATTRIBUTES = ['ClearsiteStage', 'ClearsiteDepartment', 'ClearsiteProgramme'] as const;

/** How long a closed workflow can still be looked at; the register keeps everything for good. */
const RETENTION_DAYS = 90;
const ALREADY_EXISTS = 6;
const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

/**
 * Registers the namespace and its search attributes where they are missing, and waits until the server uses them. May be repeated.
 * @returns what it made, for people
 */
export async function prepareNamespace(
  connection: Connection,
  namespace: string,
  timeoutMs = 60_000,
): Promise<readonly string[]> {
  const end = Date.now() + timeoutMs;
  const made: string[] = [];
  if (await registerNamespace(connection, namespace)) made.push(`namespace ${namespace}`);
  await eventually(end, () => connection.workflowService.describeNamespace({ namespace }));
  const listed = await eventually(end, () => connection.operatorService.listSearchAttributes({ namespace }));
  const missing = SEARCH_ATTRIBUTES.filter((name) => !(name in listed.customAttributes));
  if (missing.length > 0) {
    await eventually(end, () =>
      connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
      }),
    );
    made.push(...missing.map((name) => `search attribute ${name}`));
  }
  // Each of the server's services learns of them in its own time; a query that uses them all shows that the frontend has.
  const query = SEARCH_ATTRIBUTES.map((name) => `${name} = 'none'`).join(' AND ');
  await eventually(end, () => connection.workflowService.countWorkflowExecutions({ namespace, query }));
  return made;
}

async function registerNamespace(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      description: 'clearsite: one workflow for each device that has to go',
      workflowExecutionRetentionPeriod: msToTs(`${RETENTION_DAYS} days`),
    });
    return true;
  } catch (error) {
    if ((error as { code?: number }).code === ALREADY_EXISTS) return false;
    throw error;
  }
}

/** A server that has just come up, or a namespace just registered, answers with errors for a moment. */
async function eventually<T>(end: number, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
