// SPDX-License-Identifier: Apache-2.0
import { endpoint } from './endpoint.ts';
import { endpointConfig } from './endpoint-config.ts';
import { featureGroup } from './feature-group.ts';
import { inferenceComponent } from './inference-component.ts';
import { jobDefinitionKinds } from './job-definition-kinds.ts';
import { hyperParameterTuningJob, labelingJob, processingJob, transformJob } from './job-kinds.ts';
import type { KindRules } from './kind-rules.ts';
import { model } from './model.ts';
import { modelPackage, modelPackageGroup } from './model-registry-kinds.ts';
import { monitoringSchedule } from './monitoring-schedule.ts';
import { notebookInstance, notebookInstanceLifecycleConfig } from './notebook-kinds.ts';
import { pipeline, pipelineExecution, project } from './pipeline-kinds.ts';
import { app, domain, space, userProfile } from './studio-kinds.ts';
import { trainingJob } from './training-job.ts';

/** Every kind that the simulator has rules of; generated ones beyond them have `defaultRules`. */
export const allKinds: readonly KindRules[] = [
  app,
  domain,
  endpoint,
  endpointConfig,
  featureGroup,
  hyperParameterTuningJob,
  inferenceComponent,
  ...jobDefinitionKinds,
  labelingJob,
  model,
  modelPackage,
  modelPackageGroup,
  monitoringSchedule,
  notebookInstance,
  notebookInstanceLifecycleConfig,
  pipeline,
  pipelineExecution,
  processingJob,
  project,
  space,
  trainingJob,
  transformJob,
  userProfile,
];
