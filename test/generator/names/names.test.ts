// SPDX-License-Identifier: Apache-2.0
import { acronyms } from '../../../generator/names/acronyms.ts';
import { camel, camelLower, kebabCase, pluralOf } from '../../../generator/names/names.ts';

describe('the JSON name of a member is the one ACK gives it', () => {
  test.each([
    ['TrainingJobName', 'trainingJobName'],
    ['RoleArn', 'roleARN'],
    ['S3Uri', 's3URI'],
    ['KmsKeyId', 'kmsKeyID'],
    ['VpcConfig', 'vpcConfig'],
    ['SecurityGroupIds', 'securityGroupIDs'],
    ['IamIdentity', 'iamIdentity'],
    ['HTTPSPort', 'httpsPort'],
    ['HttpPort', 'httpPort'],
    ['SSEKMSKeyId', 'sseKMSKeyID'],
    ['EFSFileSystemId', 'efsFileSystemID'],
    ['HomeEfsFileSystemUid', 'homeEFSFileSystemUID'],
    ['UiTemplateS3Uri', 'uiTemplateS3URI'],
    ['HumanTaskUiArn', 'humanTaskUIARN'],
    ['Ec2InstanceId', 'ec2InstanceID'],
    ['ModelDataUrl', 'modelDataURL'],
    ['IpAddressType', 'ipAddressType'],
    ['IPAddressType', 'ipAddressType'],
    ['IPSetType', 'ipSetType'],
    ['VolumeSizeInGB', 'volumeSizeInGB'],
    ['SageMakerImageVersionArn', 'sageMakerImageVersionARN'],
    ['IdcInstanceArn', 'idcInstanceARN'],
    ['IdempotencyToken', 'idempotencyToken'],
    ['SsoIdcArn', 'ssoIDCARN'],
    ['ID', 'id'],
    ['Id', 'id'],
    ['Sha256sum', 'sha256Sum'],
    ['CACertificateIdentifier', 'caCertificateIdentifier'],
    ['AwsvpcConfiguration', 'awsVPCConfiguration'],
    ['RamdiskId', 'ramDiskID'],
    ['LastDecreaseDateTime', 'lastDecreaseDateTime'],
    ['humanTaskUiArn', 'humanTaskUIARN'],
    ['some_field.name-here', 'someFieldNameHere'],
  ])('%s is %s', (member, name) => {
    expect(camelLower(member)).toBe(name);
  });
});

describe('the oddities of ACK are kept, because its CRDs have them', () => {
  test.each([
    ['EMRSettings', 'eMRSettings'],
    ['ETag', 'eTag'],
    ['FSxLustreConfig', 'fSxLustreConfig'],
    ['RStudioConnectUrl', 'rStudioConnectURL'],
    ['XGBoost', 'xGBoost'],
    ['SSMDoc', 'sSMDoc'],
    ['SAMLOptions', 'sAMLOptions'],
    ['MLPipeline', 'mLPipeline'],
    ['MlReservationArn', 'mlReservationARN'],
    ['CSVContentTypes', 'cSVContentTypes'],
    ['ECRImage', 'eCRImage'],
    ['NATGateway', 'nATGateway'],
    ['RAMRole', 'rAMRole'],
    ['IPRange', 'iPRange'],
    ['AMIId', 'aMIID'],
    ['UID', 'uID'],
    ['UIDs', 'uIDs'],
    ['IDs', 'iDs'],
    ['IPCMode', 'iPCMode'],
    ['VPCEId', 'vpcEID'],
    ['IDCArn', 'iDCARN'],
    ['DBIResource', 'dbIResource'],
    ['IOPerformance', 'iOPerformance'],
    ['DecryptKey', 'dECRyptKey'],
    ['During', 'dURIng'],
  ])('%s is %s', (member, name) => {
    expect(camelLower(member)).toBe(name);
  });

  test.each([
    ['NaturalLanguage', 'NATuralLanguage'],
    ['RampUp', 'RAMpUp'],
    ['Iot', 'IOt'],
    ['Azure', 'AZure'],
    ['Apiary', 'APIary'],
    ['Arnold', 'ARNold'],
    ['Corset', 'CORSet'],
  ])('%s is %s where it begins with a capital', (name, expected) => {
    expect(camel(name)).toBe(expected);
  });
});

test.each([
  ['Type', 'type_'],
  ['Default', 'default_'],
  ['Range', 'range_'],
  ['Package', 'package_'],
  ['Select', 'select_'],
  ['TypeName', 'typeName'],
])('a member whose name would be a Go keyword gets an underscore: %s is %s', (member, name) => {
  expect(camelLower(member)).toBe(name);
});

test.each([
  ['ID', 'ID'],
  ['KmsKeyId', 'KMSKeyID'],
  ['RoleArn', 'RoleARN'],
  ['S3Uri', 'S3URI'],
  ['Type', 'Type'],
  ['HttpsPort', 'HTTPSPort'],
  ['security_group_ids', 'SecurityGroupIDs'],
])('with a capital in front, %s is %s', (name, expected) => {
  expect(camel(name)).toBe(expected);
});

test('a second acronym behind the first keeps its capitals', () => {
  expect(camelLower('IdFirstElementId')).toBe('idFirstElementID');
  expect(camelLower('VpcToVpc')).toBe('vpcToVPC');
});

test('the table has the 109 rows of ACK, and every guard replaces all matches', () => {
  expect(acronyms).toHaveLength(109);
  for (const { guard } of acronyms) expect(guard?.flags ?? 'g').toBe('g');
});

// The kinds of the ACK SageMaker controller with the names that their CRDs have.
describe('a kind of ACK keeps its plural and gives its file name', () => {
  test.each([
    ['App', 'apps', 'app'],
    ['DataQualityJobDefinition', 'dataqualityjobdefinitions', 'data-quality-job-definition'],
    ['Domain', 'domains', 'domain'],
    ['Endpoint', 'endpoints', 'endpoint'],
    ['EndpointConfig', 'endpointconfigs', 'endpoint-config'],
    ['FeatureGroup', 'featuregroups', 'feature-group'],
    ['HyperParameterTuningJob', 'hyperparametertuningjobs', 'hyper-parameter-tuning-job'],
    ['InferenceComponent', 'inferencecomponents', 'inference-component'],
    ['LabelingJob', 'labelingjobs', 'labeling-job'],
    ['Model', 'models', 'model'],
    ['ModelBiasJobDefinition', 'modelbiasjobdefinitions', 'model-bias-job-definition'],
    ['ModelExplainabilityJobDefinition', 'modelexplainabilityjobdefinitions', 'model-explainability-job-definition'],
    ['ModelPackage', 'modelpackages', 'model-package'],
    ['ModelPackageGroup', 'modelpackagegroups', 'model-package-group'],
    ['ModelQualityJobDefinition', 'modelqualityjobdefinitions', 'model-quality-job-definition'],
    ['MonitoringSchedule', 'monitoringschedules', 'monitoring-schedule'],
    ['NotebookInstance', 'notebookinstances', 'notebook-instance'],
    ['NotebookInstanceLifecycleConfig', 'notebookinstancelifecycleconfigs', 'notebook-instance-lifecycle-config'],
    ['Pipeline', 'pipelines', 'pipeline'],
    ['PipelineExecution', 'pipelineexecutions', 'pipeline-execution'],
    ['ProcessingJob', 'processingjobs', 'processing-job'],
    ['Project', 'projects', 'project'],
    ['Space', 'spaces', 'space'],
    ['TrainingJob', 'trainingjobs', 'training-job'],
    ['TransformJob', 'transformjobs', 'transform-job'],
    ['UserProfile', 'userprofiles', 'user-profile'],
    ['FieldExport', 'fieldexports', 'field-export'],
    ['IAMRoleSelector', 'iamroleselectors', 'iam-role-selector'],
  ])('%s: %s, %s', (kind, plural, file) => {
    expect(pluralOf(kind)).toBe(plural);
    expect(kebabCase(kind)).toBe(file);
    expect(camel(kind)).toBe(kind);
  });

  test.each([
    ['CodeRepository', 'coderepositories', 'code-repository'],
    ['AutoMLJobV2', 'automljobv2s', 'auto-ml-job-v2'],
    ['Gateway', 'gateways', 'gateway'],
    ['Alias', 'aliases', 'alias'],
    ['Index', 'indexes', 'index'],
  ])('and so do kinds that ACK lacks: %s: %s, %s', (kind, plural, file) => {
    expect(pluralOf(kind)).toBe(plural);
    expect(kebabCase(kind)).toBe(file);
  });
});
