import * as contract from '../../../contract/drift.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { ChannelsService } from './channels/channels.service.js';
import type { EpisodesService } from './episodes/episodes.service.js';
import type { NotificationsService } from './notifications/notifications.service.js';
import type { PoliciesService } from './routing/policies.service.js';
import type { SnapshotsService } from './snapshots/snapshots.service.js';

export interface DriftServices {
  episodes: EpisodesService;
  snapshots: SnapshotsService;
  policies: PoliciesService;
  channels: ChannelsService;
  notifications: NotificationsService;
}

export function addDriftRoutes(http: HttpApi, services: DriftServices): void {
  const { episodes, snapshots, policies, channels, notifications } = services;
  http.add(contract.listDriftEvents, ({ actor, query: { limit, cursor, ...filter } }) =>
    episodes.list(actor, filter, { limit, cursor }),
  );
  http.add(contract.getDriftSummary, ({ actor }) => episodes.summary(actor));
  http.add(contract.getDriftEvent, ({ actor, params }) => episodes.get(actor, params.eventId));
  http.add(contract.changeDriftEvent, ({ actor, params, body }) =>
    episodes.change(actor, params.eventId, body),
  );
  http.add(contract.getDriftSettings, ({ actor }) => episodes.settings(actor));
  http.add(contract.changeDriftSettings, ({ actor, body }) => episodes.changeSettings(actor, body));
  http.add(contract.listSnapshots, ({ actor, query }) => snapshots.list(actor, query));
  http.add(contract.createSnapshot, ({ actor, body }) => snapshots.create(actor, body));
  http.add(contract.renameSnapshot, ({ actor, params, body }) =>
    snapshots.rename(actor, params.snapshotId, body),
  );
  http.add(contract.deleteSnapshot, ({ actor, params }) =>
    snapshots.remove(actor, params.snapshotId),
  );
  http.add(contract.diffSnapshots, ({ actor, query }) => snapshots.diff(actor, query));
  http.add(contract.listDriftPolicies, ({ actor }) => policies.list(actor));
  http.add(contract.createDriftPolicy, ({ actor, body }) => policies.create(actor, body));
  http.add(contract.changeDriftPolicy, ({ actor, params, body }) =>
    policies.change(actor, params.policyId, body),
  );
  http.add(contract.deleteDriftPolicy, ({ actor, params }) =>
    policies.remove(actor, params.policyId),
  );
  http.add(contract.listDriftChannels, ({ actor }) => channels.list(actor));
  http.add(contract.createDriftChannel, ({ actor, body }) => channels.create(actor, body));
  http.add(contract.changeDriftChannel, ({ actor, params, body }) =>
    channels.change(actor, params.channelId, body),
  );
  http.add(contract.deleteDriftChannel, ({ actor, params }) =>
    channels.remove(actor, params.channelId),
  );
  http.add(contract.testDriftChannel, ({ actor, params }) =>
    channels.test(actor, params.channelId),
  );
  http.add(contract.listDriftDeliveries, ({ actor, params, query }) =>
    channels.deliveries(actor, params.channelId, query),
  );
  http.add(contract.listNotifications, ({ actor, query }) => notifications.list(actor, query));
  http.add(contract.readNotifications, ({ actor, body }) => notifications.read(actor, body));
}
