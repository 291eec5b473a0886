import Quantities

/// Whether the machine is virtual, and who says so.
enum Hypervisor {
  /// The name of no hypervisor.
  static let none = "none"
  private static let vendorFile = "/sys/class/dmi/id/sys_vendor"
  private static let productFile = "/sys/class/dmi/id/product_name"

  /// - Parameter flags: x86 feature flags, of which `hypervisor` is decisive; nil on Arm.
  static func name(_ root: FileRoot, _ flags: Set<Substring>?) -> Reading<String> {
    let words = [vendorFile, productFile].compactMap { root.line($0).value }
    let product = words.joined(separator: " ")
    if let flags {
      guard flags.contains("hypervisor") else { return .measured(none) }
      return .measured(product.isEmpty ? root.line("/sys/hypervisor/type").value ?? "unnamed" : product)
    }
    if let node = root.line("/proc/device-tree/hypervisor/compatible").value { return .measured(node) }
    if isVirtual(product) { return .measured(product) }
    if !product.isEmpty { return .measured(none) }
    return root.line("/proc/device-tree/model").parsed("no board") { isVirtual($0) ? $0 : none }
      .orMissing("\(CPUInfo.path), \(vendorFile), /proc/device-tree/model: none tells")
  }

  private static func isVirtual(_ product: String) -> Bool {
    let names = [
      "QEMU", "KVM", "VMware", "VirtualBox", "Virtual Machine", "Xen", "Bochs", "Parallels", "OpenStack",
      "Google Compute Engine", "Amazon EC2", "Alibaba Cloud ECS", "dummy-virt",
    ]
    return names.contains { product.contains($0) } && !product.contains(".metal")
  }
}

extension Reading {
  /// The same reading with another reason where it is missing.
  func orMissing(_ reason: String) -> Self { value == nil ? .missing(reason: reason) : self }
}
