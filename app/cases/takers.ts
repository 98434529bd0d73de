import { type Colleague, takersOf } from '../../register/case-detail';
import { type Services } from '../services';

export type { Colleague } from '../../register/case-detail';

/** Who can take over the tasks of a place: its people, its department's and the programme's, one post a person. */
export async function takersAt(
  services: Services,
  { departmentId, siteId }: { readonly departmentId: string; readonly siteId: string },
): Promise<readonly Colleague[]> {
  return takersOf(await services.register(), departmentId, siteId);
}
