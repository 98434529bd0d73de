import { namesOf } from '../../register/case-detail';
import { policyOf, theProgramme } from '../../register/current-policy';
import { type AcceptedEvidence, evidenceOf } from '../../register/evidence';
import { theCase } from '../cases/find';
import { type Services } from '../services';
import { type Role } from '../../domain/vocabulary';

/** What was handed in for a case and accepted. */
export interface CaseEvidence {
  readonly caseId: string;
  readonly assetId: string;
  readonly evidence: readonly AcceptedEvidence[];
  readonly people: Readonly<Record<string, { readonly name: string; readonly role: Role }>>;
  readonly zone: string;
}

/** The evidence of a case, named by its id or its device's asset id. @throws Failure `unknown-case`, `no-policy` */
export async function listEvidence(services: Services, id: string): Promise<CaseEvidence> {
  const pool = await services.register();
  const { caseId, assetId } = await theCase(pool, id);
  const evidence = await evidenceOf(pool, caseId);
  const people = Object.fromEntries(await namesOf(pool, [...new Set(evidence.map(({ submittedBy }) => submittedBy))]));
  const { zone } = await policyOf(pool, (await theProgramme(pool)).programmeId);
  return { caseId, assetId, evidence, people, zone };
}
