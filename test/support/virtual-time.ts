import { type Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { workflowIdOf } from '../../workflows/messages';

const { FastForwardPollingResult: Result } = temporal.api.enums.v1;

let skips = 0;

/** Takes one case's clock forward by so many milliseconds, through every instant at which it wakes, and waits until it is there. */
export async function fastForward(client: Client, caseId: string, milliseconds: number): Promise<void> {
  const { namespace } = client.options;
  const workflowExecution = { workflowId: workflowIdOf(caseId) };
  skips += 1;
  const id = `skip-${process.pid}-${skips}`;
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        maxSessionSkipCount: 10_000,
        fastForwardConfig: { duration: msToTs(milliseconds), id },
      },
    },
    updateMask: { paths: ['time_skipping_config'] },
  });
  for (;;) {
    const { fastForwardPollingResult: result, failedReason } =
      await client.workflowService.pollWorkflowExecutionTimeSkipping({
        namespace,
        workflowExecution,
        fastForwardId: id,
      });
    if (result === Result.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED) return;
    if (result === Result.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED) throw new Error(failedReason ?? 'failed');
  }
}
