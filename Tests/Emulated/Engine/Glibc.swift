// What Swift's module Glibc has beyond the C headers, as far as the engine uses it.
@_exported import CGlibc

public var errno: Int32 { __errno_location().pointee }
public var MAP_FAILED: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: -1)! }
public var S_IFMT: mode_t { 0o170000 }
public var S_IFREG: mode_t { 0o100000 }
public var S_IFDIR: mode_t { 0o040000 }

public func open(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
  cg_open(path, flags, mode)
}
