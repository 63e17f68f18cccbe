// SPDX-License-Identifier: Apache-2.0

/** One row of ACK's table: how an acronym is spelled inside a name (`upper`) and at the front of a JSON name (`lower`). */
export interface Acronym {
  /** The spelling that is looked for, as a plain, case-sensitive substring. */
  readonly camel: string;
  readonly upper: string;
  readonly lower: string;
  /** Where present, it is looked for instead of `camel`: it widens the spellings or excludes words that only begin alike. Always global. */
  readonly guard?: RegExp;
}

/**
 * ACK's table of acronyms, in ACK's order: rows are applied one after the other to the result of those before, so the order matters.
 * It is frozen for `v1alpha1`: a new or changed row renames fields of CRDs that people use.
 */
export const acronyms: readonly Acronym[] = [
  guarded('Ids', 'IDs', /Ids/g, 'ids'),
  guarded('Id', 'ID', /Id(?!entifier|le|entity|entities|empotency|c)/g),
  guarded('Idc', 'IDC', /Idc/g),
  guarded('Dbi', 'DBI', /Dbi/g),
  guarded('Db', 'DB', /Db(?!i)/g),
  guarded('Db', 'DB', /DB/g),
  guarded('CACert', 'CACert', /CACert/g, 'caCert'),
  guarded('MD5Of', 'MD5Of', /M[dD]5Of/g, 'md5Of'),
  guarded('Ipc', 'IPC', /Ipc/g),
  // The underscore in the lower form makes the next letter a capital in the second pass: `ipAddress`.
  plain('IPAddress', 'IPAddress', 'ip_address'),
  guarded('IPv4', 'IPv4', /I[Pp]v4/g, 'ipv4'),
  guarded('IPv6', 'IPv6', /I[Pp]v6/g, 'ipv6'),
  guarded('Ip', 'IP', /Ip(?!art|am)/g),
  plain('IPSet', 'IPSet', 'ip_set'),
  guarded('Amis', 'AMIs', /Amis/g, 'amis'),
  guarded('Ami', 'AMI', /Ami/g),
  plain('Acl', 'ACL'),
  guarded('Acm', 'ACM', /(?:Acm|ACM)(?!e)/g),
  plain('AIML', 'AIML'),
  plain('Acp', 'ACP'),
  plain('Api', 'API'),
  plain('Arn', 'ARN'),
  plain('ArgoCd', 'ArgoCD', 'argoCD'),
  plain('Asn', 'ASN'),
  plain('Awsvpc', 'AWSVPC', 'awsVPC'),
  plain('Aws', 'AWS'),
  plain('Az', 'AZ'),
  plain('Bgp', 'BGP'),
  plain('Cors', 'CORS'),
  plain('Cidr', 'CIDR'),
  plain('Cname', 'CNAME'),
  plain('Cpu', 'CPU'),
  plain('Crl', 'CRL'),
  plain('Cps', 'CPS'),
  plain('Csr', 'CSR'),
  plain('Dhcp', 'DHCP'),
  plain('Dns', 'DNS'),
  plain('Dpd', 'DPD'),
  plain('Ebs', 'EBS'),
  plain('Ec2', 'EC2'),
  guarded('Ecr', 'ECR', /[Ee]cr(?!et|ease)/g),
  plain('Ecs', 'ECS'),
  guarded('Edi', 'EDI', /Edi(?!t)/g),
  plain('Efs', 'EFS'),
  plain('Eks', 'EKS'),
  guarded('Ena', 'ENA', /Ena(?!bl)/g),
  plain('Ecmp', 'ECMP'),
  plain('Fifo', 'FIFO'),
  plain('Fpga', 'FPGA'),
  plain('Gid', 'GID'),
  plain('Gpu', 'GPU'),
  plain('Grpc', 'GRPC'),
  plain('Html', 'HTML'),
  guarded('Http', 'HTTP', /HTTP(?!S[A-Z])|Http(?!s)/g),
  plain('Https', 'HTTPS'),
  plain('Iam', 'IAM'),
  plain('Icmp', 'ICMP'),
  guarded('Io', 'IO', /Io(?!ps)/g),
  plain('Iops', 'IOPS'),
  plain('Ipam', 'IPAM'),
  plain('Ja3', 'JA3'),
  plain('Json', 'JSON'),
  plain('Jwt', 'JWT'),
  plain('Kms', 'KMS'),
  plain('Ldap', 'LDAP'),
  plain('Mfa', 'MFA'),
  guarded('Mibps', 'MiBps', /Mibps/g, 'miBps'),
  guarded('Nat', 'NAT', /Nat(?!i)/g),
  guarded('Oid', 'OID', /Oid(?!c)/g),
  guarded('OID', 'OID', /OID(?!C)/g),
  plain('Oidc', 'OIDC'),
  plain('Ocsp', 'OCSP'),
  plain('Pca', 'PCA'),
  plain('Pid', 'PID'),
  guarded('Ramdisk', 'RAMDisk', /Ramdisk/g, 'ramDisk'),
  guarded('Ram', 'RAM', /Ram/g),
  plain('Rfc', 'RFC'),
  plain('Sasl', 'SASL'),
  plain('Scram', 'SCRAM'),
  plain('Sdk', 'SDK'),
  plain('Sha256', 'SHA256'),
  plain('Sns', 'SNS'),
  plain('Sqli', 'SQLI'),
  plain('Sql', 'SQL'),
  plain('Sqs', 'SQS'),
  plain('Sriov', 'SRIOV'),
  plain('Sse', 'SSE'),
  plain('Ssl', 'SSL'),
  plain('Tcp', 'TCP'),
  plain('Tde', 'TDE'),
  plain('Tpm', 'TPM'),
  plain('Tls', 'TLS'),
  guarded('Ttl', 'TTL', /[Tt][Tt][Ll](?!ing|e)/g),
  plain('Udp', 'UDP'),
  guarded('Uri', 'URI', /uri(?!ty)|Uri|URI/g),
  plain('Url', 'URL'),
  plain('Uuid', 'UUID'),
  guarded('Uids', 'UIDs', /Uids/g, 'uids'),
  guarded('Uid', 'UID', /Uid/g),
  guarded('Ui', 'UI', /U[Ii](?!D|d)/g),
  plain('Vlan', 'VLAN'),
  guarded('Vpce', 'VPCE', /[Vv]pce/g),
  guarded('Vpc', 'VPC', /[Vv][Pp][Cc](?!e)/g),
  plain('Vpn', 'VPN'),
  plain('Vgw', 'VGW'),
  plain('Waf', 'WAF'),
  plain('Xml', 'XML'),
  plain('Xss', 'XSS'),
  plain('Yaml', 'YAML'),
];

function plain(camel: string, upper: string, lower = upper.toLowerCase()): Acronym {
  return { camel, upper, lower };
}

function guarded(camel: string, upper: string, guard: RegExp, lower = upper.toLowerCase()): Acronym {
  return { camel, upper, lower, guard };
}
