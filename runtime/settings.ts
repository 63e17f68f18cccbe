// SPDX-License-Identifier: Apache-2.0

/** The controller's settings after flags, environment and defaults are merged and validated; ACK's names where ACK has them. */
export interface Settings {
  readonly metricsAddr: string;
  readonly healthzAddr: string;
  readonly enableLeaderElection: boolean;
  /** Empty: the pod's own. */
  readonly leaderElectionNamespace: string;
  /** The name of the Lease; empty: ACK's. */
  readonly leaderElectionId: string;
  readonly enableCarm: boolean;
  readonly enableDevelopmentLogging: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  readonly awsRegion: string;
  readonly awsEndpointUrl: string | undefined;
  readonly awsIdentityEndpointUrl: string | undefined;
  readonly allowUnsafeAwsEndpointUrls: boolean;
  /** 0: no limit. */
  readonly httpClientTimeoutMs: number;
  /** Default tags in order, values with ACK's `%…%` expansions still in them. */
  readonly resourceTags: readonly { readonly key: string; readonly value: string }[];
  /** Empty: all namespaces. */
  readonly watchNamespaces: readonly string[];
  readonly watchSelectors: string;
  readonly deletionPolicy: 'delete' | 'retain';
  /** Of kinds without a period of their own. 0: ten hours. */
  readonly reconcileDefaultResyncSeconds: number;
  readonly reconcileResourceResyncSeconds: ReadonlyMap<string, number>;
  /** Undefined: our default of 50. */
  readonly reconcileDefaultMaxConcurrentSyncs: number | undefined;
  readonly reconcileResourceMaxConcurrentSyncs: ReadonlyMap<string, number>;
  /** Empty: every kind. */
  readonly reconcileResources: readonly string[];
  readonly featureGates: ReadonlyMap<string, boolean>;
  /** A kubeconfig file; undefined: `KUBECONFIG`, else the pod's service account. */
  readonly kubeconfig: string | undefined;
  /** Flags that ask for something else than ACK's default and change nothing here, for one line in the log. */
  readonly ignoredFlags: readonly string[];
  /** What was read otherwise than it was probably meant, or not at all: a sentence each, for one warning in the log. */
  readonly warnings: readonly string[];
}
