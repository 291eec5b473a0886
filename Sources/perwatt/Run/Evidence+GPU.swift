import Claims
import Machine
import Measurement
import Quantities
import Results

extension GPUEvidence {
  /// Decoding on a GPU: the model that `board` decoded, in its format where the run has that, else the run's last.
  /// - Throws: `Failure` for a run that no GPU did.
  init(_ record: RunRecord, beside board: RunRecord?, path: String) throws(Failure) {
    guard let device = record.device, device.kind == .cuda else {
      throw Failure("\(path) is no run of a GPU; Benchmarks/gpu/reference.py on one stores such a run")
    }
    let wanted = board?.models.first
    let same = record.models.filter { $0.name == wanted?.name }
    let chosen = same.first { $0.config["weights"] == wanted?.config["weights"] } ?? same.first
    guard let model = chosen ?? record.models.last else { throw Failure("\(path) holds no model") }
    let product = record.peaks.first { $0.name == "GEMM f32" }?.figure
    self.init(
      device: device.name, model: "\(model.name), \(model.config["weights"] ?? "format unknown")",
      rows: model.backends.compactMap { Self.row($0, model, record) },
      product: product.map { $0.map { FLOPsPerSecond($0.value) } }
        ?? .missing(reason: "the run has no f32 product"))
  }

  private static func row(_ backend: BackendRecord, _ model: ModelRecord, _ record: RunRecord) -> Row? {
    guard let phase = backend.phases.first(where: { $0.phase == .decode }),
      let speed = record.cases.first(where: { $0.id == phase.caseID })?.speed(of: backend.backend).value
    else { return nil }
    let energy = record.energy.first {
      $0.model == model.name && $0.backend == backend.backend && $0.phase == .decode
    }
    return Row(
      batch: backend.batch ?? 1, speed: speed,
      energy: energy.map { $0.energy.map(\.perToken.central) } ?? .missing(reason: "no energy in this run"))
  }
}
