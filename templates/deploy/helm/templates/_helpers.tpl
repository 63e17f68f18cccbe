{{/*
Values with which nothing could run. Every template begins with it, since with --reuse-values a release of ACK's chart brings its own
defaults instead of ours: its image, and nothing of what this chart has besides.
*/}}
{{- define "[[app]].check" -}}
{{- $set := "--set image.repository=registry.example.com/[[app]] --set image.tag=" -}}
{{- range $key := list [[ownKeys]] -}}
{{- if not (kindIs "map" (index $.Values $key)) -}}
{{- fail (printf "the values lack the section %s. From a release of ACK's chart, which has no such section, use helm upgrade --reset-then-reuse-values instead of --reuse-values, and say where the image of this controller is, with %s" $key $set) -}}
{{- end -}}
{{- end -}}
{{- include "[[app]].fill" (dict "values" .Values "defaults" (include "[[app]].defaults" . | fromYaml)) -}}
{{- if hasPrefix "public.ecr.aws/aws-controllers-k8s/" .Values.image.repository -}}
{{- fail (printf "image.repository is %s, which is ACK's own controller, and this chart runs another one: say where its image is, with %s" .Values.image.repository $set) -}}
{{- end -}}
{{- if eq (int64 .Values.deployment.containerPort) 8081 -}}
{{- fail "deployment.containerPort is 8081, where the controller answers probes: give /metrics another port" -}}
{{- end -}}
{{- range $key := list "app.kubernetes.io/name" "app.kubernetes.io/instance" -}}
{{- if hasKey $.Values.deployment.labels $key -}}
{{- fail (printf "deployment.labels has %s, which the Deployment selects its pods by: nameOverride and the name of the release are in it" $key) -}}
{{- end -}}
{{- end -}}
{{- $kinds := list [[quotedKinds]] -}}
{{- range $section := list "resourceResyncPeriods" "resourceMaxConcurrentSyncs" -}}
{{- range $kind, $_ := index $.Values.reconcile $section -}}
{{- if not (has (lower $kind) (splitList " " (join " " $kinds | lower))) -}}
{{- fail (printf "reconcile.%s.%s: there is no such kind; kinds are %s" $section $kind (join ", " $kinds)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
What was left empty, which Helm takes out with its default: a section and a single value have their defaults again, a list and a map of the
user's own keys are empty. A name that was taken out is made of the release's, as in ACK's chart.
*/}}
{{- define "[[app]].fill" -}}
{{- $values := .values -}}
{{- range $key, $default := .defaults -}}
{{- $given := index $values $key -}}
{{- $isUsers := has $key (list "nodeSelector" "labels" "resources") -}}
{{- if not (kindIs "invalid" $given) -}}
{{- if and (kindIs "map" $default) (kindIs "map" $given) (not $isUsers) -}}
{{- include "[[app]].fill" (dict "values" $given "defaults" $default) -}}
{{- end -}}
{{- else if kindIs "slice" $default -}}
{{- $_ := set $values $key list -}}
{{- else if $isUsers -}}
{{- $_ := set $values $key dict -}}
{{- else if ne $key "name" -}}
{{- $_ := set $values $key $default -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Names as ACK's chart forms them, so that an ACK release can be upgraded in place; an alias in an umbrella chart may have capitals. */}}
{{- define "[[app]].app.name" -}}
{{- default .Chart.Name .Values.nameOverride | lower | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "[[app]].app.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | lower | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride | lower -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The full name with a suffix, within the 63 characters of a name. */}}
{{- define "[[app]].suffixed" -}}
{{- printf "%s-%s" (include "[[app]].app.fullname" .root | trunc (int (sub 62 (len .suffix))) | trimSuffix "-") .suffix -}}
{{- end -}}

{{/* The same for what belongs to the cluster, where releases of one name in several namespaces would meet. A name of RBAC may be long. */}}
{{- define "[[app]].clusterSuffixed" -}}
{{- printf "%s-%s-%s" (include "[[app]].app.fullname" .root) .root.Release.Namespace .suffix -}}
{{- end -}}

{{- define "[[app]].selectorLabels" -}}
app.kubernetes.io/name: {{ include "[[app]].app.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "[[app]].labels" -}}
{{ include "[[app]].selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
k8s-app: {{ include "[[app]].app.name" . | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{- end -}}

{{- define "[[app]].serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "[[app]].app.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "[[app]].image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ include "[[app]].text" .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* The namespaces that are watched, as a comma list; empty for all. As in ACK's chart, watchNamespace is for namespace scope alone. */}}
{{- define "[[app]].watchNamespace" -}}
{{- if eq .Values.installScope "namespace" -}}
{{- .Values.watchNamespace | default .Release.Namespace | nospace | splitList "," | uniq | join "," -}}
{{- end -}}
{{- end -}}

{{/* A value as the text that its user wrote: a whole number without an exponent. */}}
{{- define "[[app]].text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{/* A map of texts, without what was left empty: Kubernetes takes no null for a text. */}}
{{- define "[[app]].pairs" -}}
{{- $lines := list -}}
{{- range $key, $value := . -}}
{{- if not (kindIs "invalid" $value) -}}{{- $lines = append $lines (printf "%s: %s" ($key | quote) (include "[[app]].text" $value | quote)) -}}{{- end -}}
{{- end -}}
{{- join "\n" $lines -}}
{{- end -}}

{{/* Labels of the chart with those of its user, who has the last word: a key twice is no YAML. */}}
{{- define "[[app]].labelled" -}}
{{- $labels := fromYaml .own -}}
{{- range $key, $value := .more -}}
{{- if not (kindIs "invalid" $value) -}}{{- $_ := set $labels $key $value -}}{{- end -}}
{{- end -}}
{{- include "[[app]].pairs" $labels -}}
{{- end -}}

{{/* Labels of a pod by the name that it is selected by. */}}
{{- define "[[app]].podLabels" -}}
{{- $own := printf "app.kubernetes.io/name: %s\napp.kubernetes.io/instance: %s" (.name | quote) (.root.Release.Name | quote) -}}
{{- include "[[app]].labelled" (dict "own" $own "more" .root.Values.deployment.labels) -}}
{{- end -}}

{{- define "[[app]].controllerPodLabels" -}}
{{ include "[[app]].selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
k8s-app: {{ include "[[app]].app.name" . | quote }}
{{- end -}}

{{- define "[[app]].controllerEnvironment" -}}
- name: ACK_SYSTEM_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: AWS_REGION
  value: {{ .Values.aws.region | quote }}
- name: ACK_LOG_LEVEL
  value: {{ .Values.log.level | quote }}
- name: ACK_RESOURCE_TAGS
  value: {{ compact .Values.resourceTags | join "," | quote }}
- name: ACK_WATCH_NAMESPACE
  value: {{ include "[[app]].watchNamespace" . | quote }}
- name: ACK_WATCH_SELECTORS
  value: {{ .Values.watchSelectors | quote }}
- name: DELETION_POLICY
  value: {{ .Values.deletionPolicy | quote }}
- name: RECONCILE_RESOURCES
  value: {{ compact .Values.reconcile.resources | join "," | quote }}
- name: RECONCILE_DEFAULT_RESYNC_SECONDS
  value: {{ int64 .Values.reconcile.defaultResyncPeriod | quote }}
{{- if int64 .Values.reconcile.defaultMaxConcurrentSyncs }}
- name: RECONCILE_DEFAULT_MAX_CONCURRENT_SYNCS
  value: {{ int64 .Values.reconcile.defaultMaxConcurrentSyncs | quote }}
{{- end }}
- name: LEADER_ELECTION_NAMESPACE
  value: {{ .Values.leaderElection.namespace | quote }}
- name: FEATURE_GATES
  value: {{ include "[[app]].featureGates" . | quote }}
{{- if .Values.aws.credentials.secretName }}
- name: AWS_SHARED_CREDENTIALS_FILE
  value: {{ printf "/var/run/secrets/aws/%s" .Values.aws.credentials.secretKey | quote }}
- name: AWS_PROFILE
  value: {{ .Values.aws.credentials.profile | quote }}
{{- end }}
{{ include "[[app]].networkEnvironment" . | trim }}
{{- end -}}

{{/* What the chart gives a container of its environment, but for what deployment.extraEnvVars has, and then that. */}}
{{- define "[[app]].environment" -}}
{{- $given := list -}}
{{- range .root.Values.deployment.extraEnvVars -}}{{- $given = append $given .name -}}{{- end -}}
{{- $variables := list -}}
{{- range fromYamlArray .own -}}
{{- if not (has .name $given) -}}{{- $variables = append $variables . -}}{{- end -}}
{{- end -}}
{{- with concat $variables .root.Values.deployment.extraEnvVars -}}{{- toYaml . -}}{{- end -}}
{{- end -}}

{{/* Ports of proxies and of endpoints of one's own, as a JSON list; besides those that everybody needs. */}}
{{- define "[[app]].outerPorts" -}}
{{- $ports := list -}}
{{- range compact (list .Values.proxy.httpProxy .Values.proxy.httpsProxy .Values.aws.endpoint_url .Values.aws.identity_endpoint_url) -}}
{{- $url := urlParse (contains "://" . | ternary . (printf "http://%s" .)) -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (eq $url.scheme "https" | ternary "443" "80") -}}
{{- if not (has $port (list "443" "6443")) -}}{{- $ports = append $ports (int $port) -}}{{- end -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{- define "[[app]].dnsEgress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end -}}

{{/* The API server, whichever of its usual ports it listens on, and AWS. */}}
{{- define "[[app]].tlsEgress" -}}
- ports:
    - port: 443
      protocol: TCP
    - port: 6443
      protocol: TCP
{{- end -}}

{{- define "[[app]].leaseNamespace" -}}
{{- .Values.leaderElection.namespace | default .Release.Namespace -}}
{{- end -}}

{{/* Something where this release looks after some kinds, namespaces or labels alone; nothing where it does after all. */}}
{{- define "[[app]].isPartial" -}}
{{- $kinds := compact (default list .Values.reconcile.resources) -}}
{{- if or (eq .Values.installScope "namespace") .Values.watchSelectors (and $kinds (lt (len $kinds) (len (list [[quotedKinds]])))) -}}true{{- end -}}
{{- end -}}

{{/*
The Lease of a release of its own; empty for ACK's. ACK takes none unless it is told to, so controllers for parts of the work run side by side
in one namespace: with one Lease for all of them only one would do its part.
*/}}
{{- define "[[app]].ownLease" -}}
{{- if and (not .Values.leaderElection.enabled) (include "[[app]].isPartial" .) -}}
ack-[[group]]-{{ include "[[app]].app.fullname" . }}
{{- if ne (include "[[app]].leaseNamespace" .) .Release.Namespace -}}-{{ .Release.Namespace }}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "[[app]].leaseName" -}}
{{- include "[[app]].ownLease" . | default "ack-[[group]]" -}}
{{- end -}}

{{/* No user: the image has one, and OpenShift gives each namespace its own. */}}
{{- define "[[app]].podSecurityContext" -}}
{{- $own := dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- mergeOverwrite $own (deepCopy .Values.deployment.podSecurityContext) | toYaml -}}
{{- end -}}

{{- define "[[app]].containerSecurityContext" -}}
{{- $own := dict "allowPrivilegeEscalation" false "privileged" false "readOnlyRootFilesystem" true "runAsNonRoot" true "capabilities" (dict "drop" (list "ALL")) -}}
{{- mergeOverwrite $own (deepCopy .Values.deployment.containerSecurityContext) | toYaml -}}
{{- end -}}

{{/* Where every pod of the chart may run: what is said of the Deployment holds for hooks and the test, too. */}}
{{- define "[[app]].scheduling" -}}
{{- with include "[[app]].pairs" .Values.deployment.nodeSelector }}
nodeSelector:
  {{- . | nindent 2 }}
{{- end }}
{{- with .Values.deployment.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.deployment.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.deployment.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* The network of the pods that talk to the API server. */}}
{{- define "[[app]].podNetwork" -}}
hostIPC: false
hostPID: false
hostNetwork: {{ .Values.deployment.hostNetwork }}
{{- with .Values.deployment.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- end -}}

{{- define "[[app]].pullSecrets" -}}
{{- with compact .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ kindIs "string" . | ternary . (get (kindIs "map" . | ternary . dict) "name") | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What every container of the image needs to reach the API server and AWS through a proxy and with a private CA. */}}
{{- define "[[app]].networkEnvironment" -}}
{{- with .Values.proxy.httpProxy }}
- name: HTTP_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with .Values.proxy.httpsProxy }}
- name: HTTPS_PROXY
  value: {{ . | quote }}
{{- end }}
{{- if or .Values.proxy.httpProxy .Values.proxy.httpsProxy .Values.proxy.noProxy }}
- name: NO_PROXY
  value: {{ prepend (compact (list .Values.proxy.noProxy)) "$(KUBERNETES_SERVICE_HOST)" | join "," | quote }}
{{- end }}
{{- if .Values.caBundle.configMapName }}
- name: NODE_EXTRA_CA_CERTS
  value: {{ printf "/etc/ack/ca/%s" .Values.caBundle.key | quote }}
{{- end }}
{{- end -}}

{{/* Feature gates as the flag takes them. */}}
{{- define "[[app]].featureGates" -}}
{{- $gates := list -}}
{{- range $name, $on := .Values.featureGates -}}
{{- $gates = append $gates (printf "%s=%v" $name $on) -}}
{{- end -}}
{{- join "," $gates -}}
{{- end -}}
