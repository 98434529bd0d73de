import { type FastifyInstance } from 'fastify';
import { noteSensitiveRead } from '../../app/access/log';
import { zoneOf } from '../../app/access/zone';
import { showDevice } from '../../app/inventory/devices';
import { NETWORK_SHOWN, OUTCOME_SHOWN, SENSITIVITY_SHOWN, STAGE_SHOWN } from '../../domain/wording';
import { permitOrHide, signedIn } from '../guard';
import { idFrom } from '../lists/id';
import { datesFor } from '../lists/dates';
import { findingOf } from '../lists/devices';
import { type Site } from '../site';

/** `/devices/:assetId`: what a device is, why it was flagged or was not, and what came of it. */
export function devicePages(server: FastifyInstance, site: Site): void {
  server.get<{ Params: { assetId: string } }>('/devices/:assetId', async (request, reply) => {
    signedIn(request);
    const now = site.now().toISOString();
    const device = await showDevice(site.services, idFrom(request.params.assetId));
    const { assetId, siteId, siteName, departmentId, sensitivity } = device;
    const viewer = permitOrHide(request, 'see-cases', { departmentId, siteId });
    await noteSensitiveRead(site.services, viewer, { siteId, sensitivity }, siteId, now);
    const { short } = datesFor(now, await zoneOf(site.services, now));
    const day = (date: string | null): string | null => (date === null ? null : short(`${date}T12:00:00.000Z`));
    return reply.page('pages/device.njk', {
      title: assetId,
      device,
      finding: findingOf(device),
      facts: [
        { key: 'Make and model', value: [device.make, device.model].filter((part) => part !== null).join(' ') },
        { key: 'Type', value: device.deviceType },
        { key: 'Serial number', value: device.serial },
        { key: 'MAC address', value: device.mac },
        { key: 'IP address', value: device.ip },
        { key: 'Network', value: NETWORK_SHOWN[device.network] },
        { key: 'Installed', value: day(device.installedOn) },
        { key: 'Next scheduled upgrade', value: day(device.scheduledUpgradeOn) },
      ],
      siteName,
      sensitivity: SENSITIVITY_SHOWN[sensitivity],
      cases: device.cases.map(({ caseId, status, stage, outcome }) => ({
        caseId,
        state:
          status === 'closed'
            ? `Closed${outcome === null ? '' : `: ${OUTCOME_SHOWN[outcome]}`}`
            : status === 'opening'
              ? 'Being opened'
              : STAGE_SHOWN[stage],
      })),
    });
  });
}
