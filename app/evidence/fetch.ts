import { may } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { evidencePath } from '../../platform/evidence-store';
import { placedFile, type PlacedFile } from '../../register/evidence';
import { type Services } from '../services';

/** An evidence file that somebody may have. */
export interface FetchedFile extends PlacedFile {
  /** Where its bytes lie. */
  readonly path: string;
}

/** The file of a piece of evidence; null where there is none or it is not this person's to see: nobody can tell which. */
export async function fetchEvidence(
  services: Services,
  viewer: Viewer,
  evidenceId: string,
): Promise<FetchedFile | null> {
  const file = await placedFile(await services.register(), evidenceId);
  if (file === null || !may(viewer, 'see-cases', file)) return null;
  return { ...file, path: evidencePath(services.config.home, file.sha256) };
}
