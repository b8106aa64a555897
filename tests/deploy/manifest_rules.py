"""What must hold in a rendered overlay and no schema knows. Each rule yields a line for each fault."""

from manifest_model import GATEWAY, flags, is_loopback, port_of, seconds, selects, size

# After --drain_delay and --drain_timeout the gateway is gone "within a second or two" (README).
SECONDS_TO_END = 2
# The gateway needs twice its --max_memory_mib, and reckons 64 KiB for a call in flight (README, "auto").
BYTES_RECKONED_FOR_A_CALL = 64 * 1024
PROBES = {"startupProbe": "/readyz", "readinessProbe": "/readyz", "livenessProbe": "/livez"}


def drain_seconds(overlay, defaults):
    set_here = flags(overlay.args)
    return sum(seconds(set_here.get(name, defaults[name])) for name in ("drain_delay", "drain_timeout"))


def flags_are_known(overlay, facts):
    for name in flags(overlay.args).keys() - facts.gateway_flags.keys():
        yield f"the gateway has no flag --{name}"
    for container in overlay.pod["containers"]:
        if container["name"] == "emulator":
            for name in flags(container["args"]).keys() - facts.emulator_flags.keys():
                yield f"the emulator has no flag --{name}"


def grace_period_outlasts_the_drain(overlay, facts):
    needed = drain_seconds(overlay, facts.gateway_flags) + SECONDS_TO_END
    grace = overlay.pod.get("terminationGracePeriodSeconds", 30)
    if grace <= needed:
        yield f"the grace period of {grace} s is not longer than the {needed} s that a drain may take"


def memory_is_enough(overlay, facts):
    resources = overlay.container(GATEWAY)["resources"]
    limit, request = size(resources["limits"]["memory"]), size(resources["requests"]["memory"])
    chosen = flags(overlay.args)
    in_flight = int(chosen.get("max_in_flight", min(limit // 2 // BYTES_RECKONED_FOR_A_CALL, 20000)))
    automatic = min(256 * 2**20 + in_flight * BYTES_RECKONED_FOR_A_CALL, limit // 2)
    allowed = int(chosen["max_memory_mib"]) * 2**20 if "max_memory_mib" in chosen else automatic
    measured = facts.idle_bytes + in_flight * facts.bytes_per_call
    if measured > allowed:
        yield f"{in_flight} calls in flight take {measured} bytes, and calls are refused over {allowed}"
    if limit < 2 * allowed:
        yield f"the memory limit {limit} is less than twice the {allowed} that the gateway may take"
    if request < allowed:
        yield f"the memory request {request} is less than the {allowed} that the gateway may take"
    if not overlay.is_single() and overlay.name != "base" and facts.bytes_at_10000 > allowed:
        yield f"10,000 calls in flight were measured at {facts.bytes_at_10000} bytes; {allowed} are allowed"


def files_can_be_rotated(overlay, facts):
    for container in overlay.pod["containers"]:
        for mounted in container.get("volumeMounts", []):
            if "subPath" in mounted or "subPathExpr" in mounted:
                yield f"{container['name']}: {mounted['mountPath']} is mounted by subPath, and would never change"
            if not mounted.get("readOnly"):
                yield f"{container['name']}: {mounted['mountPath']} is not read-only"


def no_secret_is_in_it(overlay, facts):
    for secret in overlay.of_kind("Secret"):
        yield f"the Secret {secret['metadata']['name']} is in the manifests; whoever reads them has it"
    for container in overlay.pod["containers"]:
        if "env" in container or "envFrom" in container:
            yield f"{container['name']} has an environment: flags and mounted files are all that it reads"


def policy_keeps_its_name(overlay, facts):
    names = [one["metadata"]["name"] for one in overlay.of_kind("ConfigMap")]
    if "suprsend-gateway-policy" not in names:
        yield f"no ConfigMap is named suprsend-gateway-policy, without a hash, but {names}"


def probes_reach_the_admin_port(overlay, facts):
    address = flags(overlay.args).get("admin_listen", facts.gateway_flags["admin_listen"])
    if is_loopback(address):
        yield f"probes and Prometheus do not reach --admin_listen={address}"
    container = overlay.container(GATEWAY)
    needed = {"readinessProbe"} if overlay.is_single() else PROBES.keys()
    for name in needed - container.keys():
        yield f"there is no {name}"
    for name in PROBES.keys() & container.keys():
        got = container[name].get("httpGet", {})
        if (got.get("path"), got.get("port")) != (PROBES[name], port_of(address)):
            yield f"{name} does not ask {PROBES[name]} of port {port_of(address)} but {container[name]}"
    scraped = {name: overlay.annotations.get(f"prometheus.io/{name}") for name in ("scrape", "port", "path")}
    if scraped != {"scrape": "true", "port": str(port_of(address)), "path": "/metrics"}:
        yield f"the annotations for Prometheus do not name port {port_of(address)}: {scraped}"


def selectors_match(overlay, facts):
    found = [(overlay.deployment, overlay.deployment["spec"]["selector"].get("matchLabels"))]
    found += [(one, one["spec"]["selector"]) for one in overlay.of_kind("Service")]
    found += [(one, one["spec"]["selector"].get("matchLabels")) for one in overlay.of_kind("PodDisruptionBudget")]
    found += [(one, one["spec"]["podSelector"].get("matchLabels")) for one in overlay.of_kind("NetworkPolicy")]
    found += [(one, one["spec"]["selector"].get("matchLabels")) for one in overlay.of_kind("PeerAuthentication")]
    found += [(one, one["spec"]["workloadSelector"].get("labels")) for one in overlay.of_kind("Sidecar")]
    for document, selector in found:
        if not selects(selector, overlay.labels):
            yield f"{document['kind']} {document['metadata']['name']} does not select the pods: {selector}"
    for spread in overlay.pod["topologySpreadConstraints"]:
        if not selects(spread["labelSelector"].get("matchLabels"), overlay.labels):
            yield f"the spread over {spread['topologyKey']} does not select the pods"
    account = overlay.pod["serviceAccountName"]
    if account not in [one["metadata"]["name"] for one in overlay.of_kind("ServiceAccount")]:
        yield f"there is no ServiceAccount {account}"


def ports_agree(overlay, facts):
    chosen = flags(overlay.args)
    grpc = port_of(chosen.get("listen", facts.gateway_flags["listen"]))
    admin = port_of(chosen.get("admin_listen", facts.gateway_flags["admin_listen"]))
    for service in overlay.of_kind("Service"):
        if [port["targetPort"] for port in service["spec"]["ports"]] != [grpc]:
            yield f"Service {service['metadata']['name']} does not lead to port {grpc}"
    incoming = [rule for one in overlay.of_kind("NetworkPolicy") for rule in one["spec"].get("ingress", [])]
    if sorted(port["port"] for rule in incoming for port in rule["ports"]) != sorted([grpc, admin]):
        yield f"the NetworkPolicies let others in than ports {grpc} and {admin}"
    for peer in (peer for rule in incoming for peer in rule["from"]):
        wanted = peer.get("podSelector", {}).get("matchLabels", {})
        if wanted.items() & overlay.labels.items() or not peer.get("namespaceSelector"):
            yield f"callers are not those of another namespace: {peer}"


def only_what_it_needs_is_let_out(overlay, facts):
    """DNS and SuprSend, which is outside of the cluster; a sidecar's istiod is MESH_RULES' matter."""
    (policy,) = [one for one in overlay.of_kind("NetworkPolicy") if one["metadata"]["name"] == "suprsend-gateway"]
    if set(policy["spec"]["policyTypes"]) != {"Ingress", "Egress"}:
        yield f"the NetworkPolicy holds for {policy['spec']['policyTypes']} only"
    outgoing = policy["spec"]["egress"]
    anywhere = [rule["ports"] for rule in outgoing if not rule.get("to")]
    if anywhere != [[{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]]:
        yield f"the way to the DNS is not the only one to anywhere: {anywhere}"
    outside = [rule for rule in outgoing if rule.get("to")]
    upstream = flags(overlay.args).get("upstream_url", facts.gateway_flags["upstream_url"])
    port = 443 if upstream.startswith("https://") else port_of(upstream)
    if not is_loopback(upstream.partition("://")[2]) and [rule["ports"] for rule in outside] != [[{"port": port}]]:
        yield f"what leads to {upstream} is not port {port}: {outside}"
    for peer in (peer for rule in outside for peer in rule["to"]):
        if peer.keys() != {"ipBlock"} or not peer["ipBlock"].get("except"):
            yield f"the cluster's own network, or a node's metadata, is let out to: {peer}"


def callers_find_a_way_in(overlay, facts):
    listen = flags(overlay.args).get("listen", facts.gateway_flags["listen"])
    if overlay.name == "base":  # Opened by the overlays.
        return
    if overlay.of_kind("Service") and is_loopback(listen) and not overlay.is_in_mesh():
        yield f"the Services lead to --listen={listen}, which is loopback"


def pod_is_restricted(overlay, facts):
    """Pod Security Standards, "restricted", and a root that cannot be written to."""
    pod = overlay.pod.get("securityContext", {})
    if pod.get("runAsNonRoot") is not True or not pod.get("runAsUser"):
        yield "the pod does not say that it runs as another than root"
    if pod.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "the pod has no seccomp profile"
    for container in overlay.pod["containers"]:
        wanted = {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        if container.get("securityContext") != wanted:
            yield f"{container['name']} is not restricted: {container.get('securityContext')}"
    for kind in "hostNetwork", "hostPID", "hostIPC":
        if overlay.pod.get(kind):
            yield f"the pod has {kind}"
    tokens = [one.get("automountServiceAccountToken") for one in overlay.of_kind("ServiceAccount")]
    if overlay.pod.get("automountServiceAccountToken") is not False or tokens != [False]:
        yield "a token for the API server is mounted"


def calls_survive_a_rollout(overlay, facts):
    if overlay.is_single():
        return
    strategy = overlay.deployment["spec"]["strategy"]
    if strategy["type"] != "RollingUpdate" or strategy["rollingUpdate"]["maxUnavailable"] != 0:
        yield "a rollout takes pods away before others are there"
    if "replicas" in overlay.deployment["spec"]:
        yield "replicas are set, and undo at each apply what the HorizontalPodAutoscaler did"
    scalers = [one["spec"] for one in overlay.of_kind("HorizontalPodAutoscaler")]
    kept = [one["scaleTargetRef"]["name"] for one in scalers if one["minReplicas"] >= 3]
    if kept != [overlay.deployment["metadata"]["name"]]:
        yield "no HorizontalPodAutoscaler keeps three pods up"
    budgets = [one["spec"].get("maxUnavailable") for one in overlay.of_kind("PodDisruptionBudget")]
    if budgets != [1]:
        yield "no PodDisruptionBudget keeps all pods but one"


def images_are_this_release(overlay, facts):
    for container in overlay.pod["containers"]:
        wanted = f"suprsend-{container['name']}:{facts.version}"
        if container["image"] != wanted:
            yield f"{container['name']}: the image is {container['image']}, not {wanted}"


def emulator_is_the_upstream(overlay, facts):
    for container in overlay.pod["containers"]:
        if container["name"] == "emulator":
            told = {**facts.emulator_flags, **flags(container["args"])}
            upstream = flags(overlay.args).get("upstream_url")
            if upstream != f"http://{told['listen']}":
                yield f"the emulator listens on {told['listen']}, the gateway's --upstream_url is {upstream}"
            keys = [one["data"].get("api_key") for one in overlay.of_kind("ConfigMap")]
            if told["api_key"] not in keys:
                yield f"the emulator's key {told['api_key']} is not the gateway's"
        elif container["name"] != GATEWAY:
            yield f"what is the container {container['name']} for?"


RULES = [
    flags_are_known,
    grace_period_outlasts_the_drain,
    memory_is_enough,
    files_can_be_rotated,
    no_secret_is_in_it,
    policy_keeps_its_name,
    probes_reach_the_admin_port,
    selectors_match,
    ports_agree,
    only_what_it_needs_is_let_out,
    callers_find_a_way_in,
    pod_is_restricted,
    calls_survive_a_rollout,
    images_are_this_release,
    emulator_is_the_upstream,
]
