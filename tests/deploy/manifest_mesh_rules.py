"""What must hold where the gateway is behind an Istio sidecar. Each rule yields a line for each fault."""

import re

from manifest_model import flags, port_of, seconds
from manifest_rules import SECONDS_TO_END, drain_seconds


def retries_are_off(overlay, facts):
    quiet = set()
    for service in overlay.of_kind("VirtualService"):
        for route in service["spec"]["http"]:
            if route.get("retries") != {"attempts": 0}:
                yield f"VirtualService {service['metadata']['name']} leaves retries on: {route}"
        quiet |= set(service["spec"]["hosts"])
    services = {one["metadata"]["name"] for one in overlay.of_kind("Service")}
    if services != quiet:
        yield f"retries are off for {sorted(quiet)}, the Services are {sorted(services)}"


def callers_are_named(overlay, facts):
    if [one["spec"]["mtls"] for one in overlay.of_kind("PeerAuthentication")] != [{"mode": "STRICT"}]:
        yield "the sidecar lets callers in who have no certificate"
    doors = [one for sidecar in overlay.of_kind("Sidecar") for one in sidecar["spec"]["ingress"]]
    ways = [(door["port"]["number"], door["defaultEndpoint"]) for door in doors]
    listen = flags(overlay.args).get("listen", facts.gateway_flags["listen"])
    if ways != [(port_of(listen), listen)]:
        yield f"the sidecar does not lead to --listen={listen} but {ways}"


def sidecar_outlives_the_gateway(overlay, facts):
    excluded = overlay.annotations.get("traffic.sidecar.istio.io/excludeInboundPorts")
    if excluded != overlay.annotations["prometheus.io/port"]:
        yield f"the sidecar takes the admin port from probes and Prometheus: {excluded}"
    config = overlay.annotations.get("proxy.istio.io/config", "")
    drain = re.search(r"^terminationDrainDuration: (\S+)$", config, re.MULTILINE)
    needed = drain_seconds(overlay, facts.gateway_flags) + SECONDS_TO_END
    grace = overlay.pod["terminationGracePeriodSeconds"]
    if drain is None or not needed <= seconds(drain.group(1)) < grace:
        yield f"the sidecar's end must lie between the gateway's {needed} s and the grace period of {grace} s"


def sidecar_reaches_istiod(overlay, facts):
    istiod = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "istio-system"}}}
    found = [one["spec"] for one in overlay.of_kind("NetworkPolicy") if one["metadata"]["name"] != "suprsend-gateway"]
    if [one.get("egress") for one in found] != [[{"to": [istiod], "ports": [{"port": 15012}]}]]:
        yield f"the NetworkPolicies let out to something else than istiod, or not to it: {found}"


MESH_RULES = [retries_are_off, callers_are_named, sidecar_outlives_the_gateway, sidecar_reaches_istiod]
