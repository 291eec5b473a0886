import Glibc

/// A NaN that no computation makes: what a kernel did not write still has it.
let canary = Float(bitPattern: 0x7FC0_DEAD)

private func isCanary(_ x: Float) -> Bool { x.bitPattern == canary.bitPattern }

/// Floats that end where a page without access begins: touching what follows them crashes the test.
final class GuardedFloats {
  private let map: UnsafeMutableRawPointer
  private let capacity: Int
  private var count = 0
  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))
  private static let front = 64

  init(capacity floats: Int) {
    capacity = (4 * (floats + Self.front) + Self.page - 1) / Self.page * Self.page
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    map = mmap(nil, capacity + Self.page, PROT_READ | PROT_WRITE, flags, -1, 0)!
    precondition(mprotect(map + capacity, Self.page, PROT_NONE) == 0)
  }

  convenience init(_ values: [Float]) {
    self.init(capacity: values.count)
    place(values)
  }

  deinit { munmap(map, capacity + Self.page) }

  var pointer: UnsafeMutablePointer<Float> {
    (map + capacity).assumingMemoryBound(to: Float.self) - count
  }

  @discardableResult func place(_ values: [Float]) -> UnsafeMutablePointer<Float> {
    values.withUnsafeBufferPointer { values in place(values.count) { values[$0] } }
  }

  /// Puts `count` floats at the end and canaries in front of them.
  func place(_ count: Int, _ value: (Int) -> Float) -> UnsafeMutablePointer<Float> {
    precondition(4 * (count + Self.front) <= capacity)
    self.count = count
    let start = pointer
    for i in 0..<count { start[i] = value(i) }
    (start - Self.front).update(repeating: canary, count: Self.front)
    return start
  }

  /// Whether nothing was written in front of the floats.
  var isIntact: Bool { (1...Self.front).allSatisfy { isCanary(pointer[-$0]) } }
}

/// Where a kernel writes: canaries before, in and after it.
final class Output {
  private static let margin = 64
  private let memory: UnsafeMutablePointer<Float>
  private var count = 0

  init(capacity: Int) { memory = .allocate(capacity: capacity + 2 * Self.margin) }
  deinit { memory.deallocate() }

  var pointer: UnsafeMutablePointer<Float> { memory + Self.margin }

  /// Room for `count` floats, all of them canaries.
  func clear(_ count: Int) -> UnsafeMutablePointer<Float> {
    self.count = count
    memory.update(repeating: canary, count: count + 2 * Self.margin)
    return pointer
  }

  /// Whether nothing was written around the floats.
  var isIntact: Bool {
    (0..<Self.margin).allSatisfy { isCanary(memory[$0]) && isCanary(pointer[count + $0]) }
  }
}
