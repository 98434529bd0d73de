import { type FastifyInstance } from 'fastify';
import { viewCase } from '../../app/cases/for-viewer';
import { caseView } from '../case/case-view';
import { typedOf } from '../forms/typed';
import { signedIn } from '../guard';
import { type Site } from '../site';

/** One case: what happens next and whose turn it is first. Found by its asset id too. */
export function casePage(server: FastifyInstance, site: Site): void {
  server.get<{ Params: { caseId: string } }>('/cases/:caseId', async (request, reply) => {
    const viewer = signedIn(request);
    const asked = request.params.caseId;
    const now = site.now().toISOString();
    const viewed = await viewCase(site.services, viewer, asked, now);
    const { caseId } = viewed.shown;
    if (caseId !== asked) return reply.redirect(`/cases/${caseId}`, 303);
    const everything = typedOf(request.query)['show'] === 'all' ? 'everything' : 'newest';
    return reply.page('pages/case.njk', caseView(viewed, viewer, now, { everything }));
  });
}
