// SPDX-License-Identifier: Apache-2.0
import { resourceInUse, resourceNotFound } from '../api-error.ts';
import { refuseWhile } from '../operations/find-resource.ts';
import type { Data } from '../resource.ts';
import { structureIn } from './data-values.ts';
import type { KindRules, Reference, ServiceLifecycle } from './kind-rules.ts';

const LIFECYCLE: ServiceLifecycle = {
  kind: 'service',
  status: 'Status',
  creating: 'Pending',
  settled: 'InService',
  failed: 'Failed',
  updating: 'Updating',
  updateFailed: 'Update_Failed',
  deleting: 'Deleting',
};
const BUSY = ['Pending', 'Updating', 'Deleting'];
const DAY_MS = 24 * 3600 * 1000;

const domainOf = (input: Data): readonly Reference[] => [{ kind: 'Domain', name: String(input['DomainId']) }];

/** Domain: named by an id that AWS makes up, so that the same Create twice makes two. */
export const domain: KindRules = {
  kind: 'Domain',
  key: ['DomainId'],
  arnMember: 'DomainArn',
  arnPath: (data) => `domain/${data['DomainId']}`,
  lifecycle: LIFECYCLE,
  operations: {
    create: 'CreateDomain',
    describe: 'DescribeDomain',
    update: 'UpdateDomain',
    delete: 'DeleteDomain',
    list: { operation: 'ListDomains' },
  },
  missing: ({ name }) => resourceNotFound(`Domain ${name} does not exist.`),
  refuse: refuseWhile(BUSY, 'Status', 'domain'),
  identify(_, context) {
    const DomainId = `d-${context.newId(12)}`;
    const Url = `https://${DomainId}.studio.${context.scope.region}.sagemaker.aws`;
    return { DomainId, Url, HomeEfsFileSystemId: `fs-${context.newId(17).replace(/[^0-9]/g, '0')}` };
  },
  defaults: (data) => ({
    AppNetworkAccessType: 'PublicInternetOnly',
    ...data,
    DefaultUserSettings: {
      DefaultLandingUri: 'studio::',
      StudioWebPortal: 'ENABLED',
      SpaceStorageSettings: STORAGE,
      ...structureIn(data, 'DefaultUserSettings'),
    },
  }),
  change(input, resource) {
    const { DomainId: _id, DomainSettingsForUpdate: settings, DefaultUserSettings: user, ...members } = input;
    return {
      ...members,
      ...(settings
        ? { DomainSettings: { ...structureIn(resource.data, 'DomainSettings'), ...settingsOf(settings as Data) } }
        : {}),
      ...(user
        ? { DefaultUserSettings: { ...structureIn(resource.data, 'DefaultUserSettings'), ...(user as Data) } }
        : {}),
    };
  },
};

/** The settings of an update in Describe's names. */
function settingsOf({ RStudioServerProDomainSettingsForUpdate: studio, ...settings }: Data): Data {
  return { ...settings, ...(studio ? { RStudioServerProDomainSettings: studio } : {}) };
}

const STORAGE = { DefaultEbsStorageSettings: { DefaultEbsVolumeSizeInGb: 5, MaximumEbsVolumeSizeInGb: 100 } };

/** UserProfile: belongs to a domain. */
export const userProfile: KindRules = {
  kind: 'UserProfile',
  key: ['DomainId', 'UserProfileName'],
  arnMember: 'UserProfileArn',
  arnPath: (data) => `user-profile/${data['DomainId']}/${String(data['UserProfileName']).toLowerCase()}`,
  lifecycle: LIFECYCLE,
  operations: {
    create: 'CreateUserProfile',
    describe: 'DescribeUserProfile',
    update: 'UpdateUserProfile',
    delete: 'DeleteUserProfile',
    list: { operation: 'ListUserProfiles', equals: { DomainIdEquals: 'DomainId' }, where: nameHas('UserProfileName') },
  },
  missing: ({ name }) => resourceNotFound(`UserProfile ${name} does not exist.`),
  exists: ({ name }) => resourceInUse(`UserProfile ${name} already exists.`),
  references: domainOf,
  refuse: refuseWhile(BUSY, 'Status', 'user profile'),
  identify: () => ({ HomeEfsFileSystemUid: '200005' }),
  defaults: (data) => ({
    ...data,
    UserSettings: { SpaceStorageSettings: STORAGE, ...structureIn(data, 'UserSettings') },
  }),
  change: (input, resource) => ({
    UserSettings: { ...structureIn(resource.data, 'UserSettings'), ...structureIn(input, 'UserSettings') },
  }),
};

/** Space: belongs to a domain. */
export const space: KindRules = {
  kind: 'Space',
  key: ['DomainId', 'SpaceName'],
  arnMember: 'SpaceArn',
  arnPath: (data) => `space/${data['DomainId']}/${data['SpaceName']}`,
  lifecycle: LIFECYCLE,
  operations: {
    create: 'CreateSpace',
    describe: 'DescribeSpace',
    update: 'UpdateSpace',
    delete: 'DeleteSpace',
    list: {
      operation: 'ListSpaces',
      equals: { DomainIdEquals: 'DomainId' },
      where: nameHas('SpaceName'),
      summary: (data) => ({
        ...data,
        SpaceSettingsSummary: { AppType: structureIn(data, 'SpaceSettings')['AppType'] },
      }),
    },
  },
  missing: ({ name }) => resourceNotFound(`Space ${name} does not exist.`),
  exists: ({ name }) => resourceInUse(`Space ${name} already exists.`),
  references: domainOf,
  refuse: refuseWhile(BUSY, 'Status', 'space'),
  identify: (input) => ({
    HomeEfsFileSystemUid: '200006',
    Url: `https://${input['DomainId']}.studio.sagemaker.aws/spaces`,
  }),
};

/** App: keeps being described as Deleted for a day, while its name is free again. */
export const app: KindRules = {
  kind: 'App',
  key: ['DomainId', 'UserProfileName', 'SpaceName', 'AppType', 'AppName'],
  arnMember: 'AppArn',
  arnPath(data) {
    const owner = data['UserProfileName'] ?? data['SpaceName'];
    return `app/${data['DomainId']}/${owner}/${String(data['AppType']).toLowerCase()}/${data['AppName']}`;
  },
  lifecycle: {
    kind: 'service',
    status: 'Status',
    creating: 'Pending',
    settled: 'InService',
    failed: 'Failed',
    deleting: 'Deleting',
    tombstone: { state: 'Deleted', ms: DAY_MS },
  },
  operations: {
    create: 'CreateApp',
    describe: 'DescribeApp',
    delete: 'DeleteApp',
    list: {
      operation: 'ListApps',
      equals: { DomainIdEquals: 'DomainId', UserProfileNameEquals: 'UserProfileName', SpaceNameEquals: 'SpaceName' },
    },
  },
  missing: ({ name }) => resourceNotFound(`App ${name} does not exist.`),
  exists: ({ name }) => resourceInUse(`App ${name} already exists.`),
  references: domainOf,
  refuse: refuseWhile(['Pending', 'Deleting'], 'Status', 'app'),
  defaults: (data) => ({ ...data, ResourceSpec: { InstanceType: 'system', ...structureIn(data, 'ResourceSpec') } }),
};

function nameHas(member: string): (data: Data, input: Data) => boolean {
  return (data, input) => String(data[member]).includes(String(input[`${member}Contains`] ?? ''));
}
