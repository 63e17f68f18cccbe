// SPDX-License-Identifier: Apache-2.0
import { resourceInUse, resourceNotFound } from '../api-error.ts';
import { refuseWhile } from '../operations/find-resource.ts';
import type { Data } from '../resource.ts';
import { listIn, structureIn } from './data-values.ts';
import type { KindRules } from './kind-rules.ts';

/** FeatureGroup: its features can only grow; AWS makes up where its offline store is. */
export const featureGroup: KindRules = {
  kind: 'FeatureGroup',
  key: ['FeatureGroupName'],
  arnMember: 'FeatureGroupArn',
  arnPath: (data) => `feature-group/${String(data['FeatureGroupName']).toLowerCase()}`,
  lifecycle: {
    kind: 'service',
    status: 'FeatureGroupStatus',
    creating: 'Creating',
    settled: 'Created',
    failed: 'CreateFailed',
    deleting: 'Deleting',
  },
  operations: {
    create: 'CreateFeatureGroup',
    describe: 'DescribeFeatureGroup',
    update: 'UpdateFeatureGroup',
    delete: 'DeleteFeatureGroup',
    list: {
      operation: 'ListFeatureGroups',
      equals: { FeatureGroupStatusEquals: 'FeatureGroupStatus' },
    },
  },
  missing: ({ name }) =>
    resourceNotFound(`Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name ${name}`),
  exists: ({ name }) =>
    resourceInUse(`Resource Already Exists: FeatureGroup with name ${name} already exists. Choose a different name.`),
  refuse: refuseWhile(['Creating', 'Deleting'], 'FeatureGroupStatus', 'feature group'),
  defaults: (input) => ({
    ThroughputConfig: { ThroughputMode: 'OnDemand' },
    ...input,
    ...(input['OfflineStoreConfig'] ? { OfflineStoreConfig: offlineDefaults(input) } : {}),
  }),
  change(input, resource) {
    const { FeatureGroupName: _name, FeatureAdditions: added, OnlineStoreConfig: online, ...members } = input;
    const FeatureDefinitions = [...listIn(resource.data, 'FeatureDefinitions'), ...((added ?? []) as readonly Data[])];
    return {
      ...members,
      FeatureDefinitions,
      ...(online
        ? { OnlineStoreConfig: { ...structureIn(resource.data, 'OnlineStoreConfig'), ...(online as Data) } }
        : {}),
      LastUpdateStatus: { Status: 'Successful' },
    };
  },
};

function offlineDefaults(input: Data): Data {
  const offline = structureIn(input, 'OfflineStoreConfig');
  const storage = structureIn(offline, 'S3StorageConfig');
  const table = String(input['FeatureGroupName']).toLowerCase().replaceAll('-', '_');
  return {
    DisableGlueTableCreation: false,
    DataCatalogConfig: { TableName: table, Catalog: 'AwsDataCatalog', Database: 'sagemaker_featurestore' },
    ...offline,
    S3StorageConfig: { ResolvedOutputS3Uri: `${storage['S3Uri']}/sagemaker/offline-store/${table}/data`, ...storage },
  };
}
