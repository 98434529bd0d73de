import { type FastifyInstance } from 'fastify';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { noteSensitiveRead } from '../../app/access/log';
import { fetchEvidence } from '../../app/evidence/fetch';
import { signedIn } from '../guard';
import { notFound } from '../problems';
import { type Site } from '../site';

/** Files that people handed in: to be saved, never shown, whatever is in them. */
export function evidencePages(server: FastifyInstance, site: Site): void {
  server.get<{ Params: { readonly evidenceId: string } }>('/evidence/:evidenceId', async (request, reply) => {
    const viewer = signedIn(request);
    const file = await fetchEvidence(site.services, viewer, request.params.evidenceId);
    if (file === null) throw notFound();
    const there = await access(file.path).then(
      () => true,
      () => false,
    );
    if (!there) throw notFound();
    await noteSensitiveRead(site.services, viewer, file, file.caseId, site.now().toISOString());
    return reply
      .header('content-disposition', `attachment; filename="${file.fileName.replace(/[^\w.-]/g, '_')}"`)
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('content-length', file.sizeBytes)
      .type('application/octet-stream')
      .send(createReadStream(file.path));
  });
}
