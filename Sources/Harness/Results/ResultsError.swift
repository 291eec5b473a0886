import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why results could not be written or read: one line that says what, where and what to do.
public enum ResultsError: Error, Hashable, CustomStringConvertible {
  case notWritable(path: String)
  case diskFull(path: String)
  case fileInTheWay(path: String)
  case notFound(path: String)
  /// Any other refusal of the system, in its words.
  case system(path: String, reason: String)
  case damaged(path: String, reason: String)
  case newerSchema(path: String, version: Int)
  case notFinite(field: String)
  /// A change that has been accepted before.
  case blessed(path: String)
  case notABlessing(path: String, reason: String)

  public var description: String {
    switch self {
    case .notWritable(let path): "\(path): not writable; make it yours or choose another results folder"
    case .diskFull(let path):
      "\(path): the disk is full; make room and run again, earlier results are whole"
    case .fileInTheWay(let path):
      "\(path): a file is where a folder is needed; move it away or choose another results folder"
    case .notFound(let path): "\(path): no such file; check the path"
    case .system(let path, let reason): "\(path): \(reason); choose another results folder"
    case .damaged(let path, let reason):
      "\(path): not a whole run record (\(reason)); restore it or delete it"
    case .newerSchema(let path, let version):
      "\(path): schema_version \(version) is newer than \(RunRecord.currentSchema); update perwatt to read it"
    case .notFinite(let field):
      "\(field) is not a finite number, so the run was not written; report this case"
    case .blessed(let path): "\(path): this change is accepted already; delete the file to take that back"
    case .notABlessing(let path, let reason):
      "\(path): not a whole blessing (\(reason)); restore it or delete it"
    }
  }

  /// The error that belongs to an `errno` of making or writing `path`.
  static func from(_ code: Int32, path: String) -> ResultsError {
    switch code {
    // A folder that has gone, or one like /proc, where nothing can be made.
    case EACCES, EPERM, EROFS, ENOENT: .notWritable(path: path)
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case ENOTDIR, EEXIST: .fileInTheWay(path: path)
    default: .system(path: path, reason: String(cString: strerror(code)))
    }
  }
}
