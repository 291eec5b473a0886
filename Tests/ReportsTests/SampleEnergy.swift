import Quantities
import Results

func sampleEnergy() -> [EnergyRecord] {
  func row(_ backend: String, _ phase: Phase, _ energy: Reading<EnergyFigure>) -> EnergyRecord {
    EnergyRecord(model: "tinyllama-1.1b q8_0", backend: backend, phase: phase, energy: energy)
  }
  func proxy(_ central: Double) -> Reading<EnergyFigure> {
    let range = JoulesPerTokenRange(
      low: JoulesPerToken(central * 4 / 7.5), central: JoulesPerToken(central),
      high: JoulesPerToken(central * 18 / 7.5))
    var figure = EnergyFigure(
      origin: EnergyOrigin(
        source: "proxy, not measured: x86 server, 2 busy cores", boundary: "socket", tier: "proxy"),
      perToken: range, window: Seconds(12), tokens: Tokens(640), assumptions: [ProxyText.x86Server])
    figure.notes = ["RAPL: /sys/class/powercap: no package zone (usual in virtual machines)"]
    return .measured(figure)
  }
  return [
    row("simd:avx512", .prefill, proxy(0.0844)), row("simd:avx512", .decode, proxy(0.309)),
    row("simd:avx2", .prefill, .measured(wallFigure)),
    row("simd:avx2", .decode, .missing(reason: "the window was shorter than one second")),
  ]
}

private var wallFigure: EnergyFigure {
  let wall = JoulesPerToken(0.41)
  return EnergyFigure(
    origin: EnergyOrigin(source: "the user's meter reading, 36.4 W", boundary: "wall", tier: "estimated"),
    perToken: JoulesPerTokenRange(low: wall, central: wall, high: wall), window: Seconds(12),
    tokens: Tokens(1100))
}

private enum ProxyText {
  static let x86Server = """
    Central: AMD EPYC 9654, 360 W TDP / 96 cores = 3.75 W, uncore and idle share included, therefore no idle \
    power apart. Low, 2 W: assumption. High: EPYC 9354, 280 W / 32 cores = 8.75 W, rounded up.
    """
}

/// A package counter with 0.2 J/token, and the memory modules beside it.
func raplFigure(memory: Reading<JoulesPerToken>) -> EnergyFigure {
  let socket = JoulesPerToken(0.2)
  var figure = EnergyFigure(
    origin: EnergyOrigin(source: "RAPL (package-0, dram)", boundary: "socket", tier: "measured"),
    perToken: JoulesPerTokenRange(low: socket, central: socket, high: socket), window: Seconds(2),
    tokens: Tokens(80))
  (figure.memoryPerToken, figure.notes) = (memory, ["RAPL covers whole packages."])
  return figure
}
