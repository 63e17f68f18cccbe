// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';

/** Where everything of one control plane is. */
export interface Layout {
  /** The directory that holds it all and goes with it. */
  readonly directory: string;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly apiServerPort: number;
  readonly controllerManagerPort: number;
}

/** The files below the directory. */
export function filesOf(directory: string) {
  const file = (...parts: string[]): string => path.join(directory, ...parts);
  return {
    kubeconfig: file('kubeconfig'),
    logs: file('logs'),
    etcdData: file('etcd'),
    certificates: file('certificates'),
    /** The API server writes it, and the certificate of its own authority into the same file. */
    servingCertificate: file('certificates', 'apiserver.crt'),
    tokens: file('tokens.csv'),
    serviceAccountKey: file('service-account.key'),
    serviceAccountPublicKey: file('service-account.pub'),
  };
}

/** The flags of etcd: one member, loopback, and nothing synced to the disk since nothing has to survive. */
export function etcdArguments({ directory, etcdPort, etcdPeerPort }: Layout): string[] {
  const clients = `http://127.0.0.1:${etcdPort}`;
  const peers = `http://127.0.0.1:${etcdPeerPort}`;
  return [
    '--name=default',
    `--data-dir=${filesOf(directory).etcdData}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    '--unsafe-no-fsync',
    // A lone member elects itself; the default makes it wait a second before it does.
    '--heartbeat-interval=50',
    '--election-timeout=250',
    '--log-level=warn',
  ];
}

/** The flags of the API server: loopback, its own certificate, RBAC, and no pods to be careful about. */
export function apiServerArguments(
  { directory, etcdPort, apiServerPort }: Layout,
  more: readonly string[] = [],
): string[] {
  const files = filesOf(directory);
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${apiServerPort}`,
    `--cert-dir=${files.certificates}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${files.tokens}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    // Service accounts are made by the controller manager, which need not run.
    '--disable-admission-plugins=ServiceAccount',
    // No Endpoints of the API server itself to keep up.
    '--endpoint-reconciler-type=none',
    '--profiling=false',
    ...more,
  ];
}

/** The flags of the controller manager. */
export function controllerManagerArguments({ directory, controllerManagerPort }: Layout): string[] {
  const files = filesOf(directory);
  return [
    `--kubeconfig=${files.kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${controllerManagerPort}`,
    `--cert-dir=${files.certificates}`,
    '--leader-elect=false',
    '--use-service-account-credentials=false',
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.servingCertificate}`,
  ];
}
