"""Runs as perwatt stores them (Sources/Harness/Results), the meter of NVIDIA's cards, and medians with intervals.

Knows nothing of PyTorch.
"""

import atexit
import datetime
import hashlib
import json
import math
import os
import platform
import re
import statistics
import subprocess
import threading
import time

PROTOCOL = "reference.py 1"  # raised whenever times are taken differently


def measured(value):
    return {"value": value}


def missing(reason):
    return {"missing": str(reason).strip().split("\n")[0][:200] or "no reason is known"}


def attempt(read):
    """What `read` gives, or why it is not there."""
    try:
        return measured(read())
    except (OSError, ValueError, TypeError, subprocess.SubprocessError) as error:
        return missing(error)


def median_time(samples):
    """The median and its interval, as MedianInterval.swift and MedianRank.swift compute them."""
    n, ordered = len(samples), sorted(samples)
    k, inward, confidence = _rank(n, 0.95, _inflation(samples))
    inner_low, inner_high = ordered[min(k, n - 1)], ordered[max(n - k - 1, 0)]
    low = ordered[k - 1] + inward * (inner_low - ordered[k - 1])
    high = ordered[n - k] + inward * (inner_high - ordered[n - k])
    return {"median_s": statistics.median(samples), "low_s": max(low, ordered[k - 1] / 2), "high_s": high,
            "confidence": confidence}


def _inflation(samples):
    """How many times larger the variance of the number of samples above the median is than with independent ones."""
    n, middle = len(samples), statistics.median(samples)
    sides = [(x > middle) - (x < middle) for x in samples]
    squares, products = sum(a * a for a in sides), sum(a * b for a, b in zip(sides, sides[1:]))
    if n < 12 or squares == 0:
        return 1
    r = min((n * products / squares + 1) / (n - 3), 1 - 2 / n)
    return (1 + r) / (1 - r) if r > 0 else 1


def _rank(n, level, inflation):
    """The bounds' rank from either end, their share of the way to the next sample inward, and the confidence."""

    def bounds(wished, coverage):
        k = 1
        while k + 1 <= n // 2 and coverage(k + 1) >= wished:
            k += 1
        outer, inner = coverage(k), coverage(k + 1) if 2 * (k + 1) <= n + 1 else 0
        if outer < level or outer <= inner:
            return k, 0, max(0, min(outer, level))
        share = (outer - wished) / (outer - inner)
        return k, (n - k) * share / (k + (n - 2 * k) * share), level

    free = bounds(
        1 - 0.4 * (1 - level) if n < 12 else level, lambda k: 1 - 2 * sum(math.comb(n, i) for i in range(k)) / 2**n)
    if inflation <= 1:
        return free
    normal, deviation = statistics.NormalDist(), math.sqrt(n * inflation) / 2
    spread = bounds(level, lambda k: 1 - 2 * normal.cdf(-((n + 1) / 2 - k) / deviation))
    return spread if spread[0] + spread[1] < free[0] + free[1] or spread[2] < free[2] else free


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def smi(uuid, *arguments):
    """The command line that asks nvidia-smi for a card's figures."""
    return "nvidia-smi", f"--id={uuid}", "--format=csv,noheader,nounits", *arguments


class Meter:
    """Joules since some moment: the driver's counter (nvidia-ml-py), or the sum of the watts that nvidia-smi prints."""

    def __init__(self, uuid):
        """Raises OSError or ValueError where neither tells the card's energy."""
        try:
            import pynvml

            pynvml.nvmlInit()
            card = pynvml.nvmlDeviceGetHandleByUUID(uuid)
            self.joules = lambda: pynvml.nvmlDeviceGetTotalEnergyConsumption(card) / 1000
            self.joules()
            self.source = "NVML energy counter"
        except Exception:  # no module, no driver, or a card without the counter
            self.process = subprocess.Popen(
                smi(uuid, "--query-gpu=power.draw", "-lms", "50"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True)
            atexit.register(self.process.terminate)
            first = float(self.process.stdout.readline())
            self.total, self.joules, self.source = 0.0, lambda: self.total, "nvidia-smi power.draw"
            threading.Thread(target=self.integrate, args=(first, time.perf_counter()), daemon=True).start()

    def integrate(self, watts, before):
        for line in self.process.stdout:
            now = time.perf_counter()
            self.total += watts * (now - before)
            watts, before = float(line), now

    def window(self, work, seconds):
        """(joules, seconds, repetitions of `work`) of at least that long, from one update of the counter to another."""
        start, count, begin, seen = None, 0, time.perf_counter(), self.joules()
        while True:
            work()
            now, joules = time.perf_counter(), self.joules()
            count += 1
            if joules == seen:
                if now - begin > seconds + 5:
                    raise RuntimeError("the energy counter stood still for 5 s")
                continue
            begin, seen = (now, joules) if start is None else (begin, joules)
            if start is None:
                start, count = joules, 0
            elif now - begin >= seconds:
                return joules - start, now - begin, count

    def idle_watts(self, seconds):
        time.sleep(seconds / 2)  # clocks and the driver's averages settle
        joules, length, _ = self.window(lambda: time.sleep(0.002), seconds)
        return joules / length

    def figure(self, work, tokens, idle_seconds, seconds):
        """An EnergyFigure of `work`, which produces so many tokens: gross, with the idle power before and after."""
        before = self.idle_watts(idle_seconds)
        joules, length, count = self.window(work, seconds)
        after = self.idle_watts(idle_seconds)
        gross = joules / (tokens * count)
        return {
            "origin": {"source": self.source, "boundary": "gpu-only", "tier": "measured"},
            "gross_per_token": {
                "low_j_per_token": 0.95 * gross, "central_j_per_token": gross, "high_j_per_token": 1.05 * gross},
            "memory_j_per_token": missing("the card's figure holds its memory"),
            "assumptions": ["The driver's power is right within 5 %, as NVML documents it for some cards."],
            "notes": ["The card alone: neither its host nor the losses of the power supply."],
            "window_s": length, "tokens": tokens * count,
            "metering": {
                "idle_before_w": measured(before), "idle_after_w": measured(after), "idle_window_s": idle_seconds,
                "shortest_window_s": 2.0, "smallest_difference": missing("the work was not metered against itself")}}


def machine_facts():
    """As MachineFacts.swift, of the host; what only matters for a CPU's figures is left to perwatt machine."""
    unread = """board swap_used_bytes governor maximum_frequency_hz turbo hypervisor load_average steal_share on_battery
        temperature_celsius hugepages physical_cores threads_per_core cpu_quota_cores memory_available_bytes"""
    cores = len(os.sched_getaffinity(0))

    def found(path, pattern):
        with open(path) as file:
            return re.search(pattern, file.read(), re.MULTILINE)[1].strip()

    return {name: missing("reference.py does not read it") for name in unread.split()} | {
        "cpu_model": attempt(lambda: found("/proc/cpuinfo", "^model name\\s*:(.*)")),
        "architecture": platform.machine(), "usable_cores": cores, "online_cores": os.cpu_count() or cores,
        "isa_levels": [], "caches": [], "kernel": measured(platform.release()),
        "memory_total_bytes": attempt(lambda: 1024 * int(found("/proc/meminfo", r"^MemTotal:\s*(\d+)"))),
        "operating_system": attempt(lambda: found("/etc/os-release", '^PRETTY_NAME="?([^"\n]*)'))}


def commit():
    here = ("git", "-C", os.path.dirname(os.path.abspath(__file__)))
    return {"hash": output(*here, "rev-parse", "--short=10", "HEAD"),
            "dirty": output(*here, "status", "--porcelain", "--untracked-files=no") != ""}


def device_record(kind, name, memory, uuid, software, execution):
    """A DeviceRecord; `memory` in bytes and `uuid` are those of a GPU, None for a CPU."""
    def ask(field):
        return output(*smi(uuid, f"--query-gpu={field}"))

    none = missing("not for a CPU")
    return {
        "kind": kind, "name": name, "software": software, "execution": execution,
        "memory_bytes": measured(memory) if uuid else none,
        "driver": attempt(lambda: ask("driver_version")) if uuid else none,
        "power_limit_w": attempt(lambda: float(ask("power.limit"))) if uuid else none}


def new_record(device, plan, threads, seed, flags, quick):
    """A RunRecord with nothing measured yet; `device` is a device_record."""
    on_gpu = device["kind"] == "cuda"
    key = {"given_key": re.sub("[^a-z0-9]+", "-", device["name"].lower())} if on_gpu else {}
    return {
        "schema_version": 1, "machine": machine_facts() | key, "device": device,
        "origin": {
            "tool_version": PROTOCOL, "program": f"{PROTOCOL}, {device['software']}", "commit": attempt(commit),
            "build_configuration": "python", "suite": ("gpu" if on_gpu else "torch-cpu") + quick * "-quick",
            "started": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")},
        "protocol": {
            "plan": plan, "threads": threads, "seed": seed, "flags": flags, "method": PROTOCOL,
            "order": "case after case, the samples of each in succession",
            "hash": hashlib.sha256(f"{PROTOCOL} {plan}".encode()).hexdigest()[:16]},
        "cases": [], "peaks": [], "models": [], "energy": [], "claims": [],
        "notes": ["Products in f32 are computed without TF32.", f"How each step was run: {device['execution']}."],
        "validity": {"status": "interrupted", "reasons": ["the run has not finished"]}}


def save(record, path):
    """Whole or as before."""
    aside = f"{path}.{os.getpid()}.tmp"
    with open(aside, "w") as file:
        json.dump(record, file, indent=1, sort_keys=True, allow_nan=False)
    os.replace(aside, path)
