extension GGUFLayout {
  /// Tokens of the byte tokenizer: each byte, by its value, and one that ends a text.
  public static var byteVocabulary: Int { 257 }

  /// A tokenizer whose tokens are bytes: GPT-2's without a merge.
  public mutating func setByteTokenizer() {
    let end = Self.byteVocabulary - 1
    set("tokenizer.ggml.model", GGUFField("gpt2"))
    set("tokenizer.ggml.pre", GGUFField("gpt-2"))
    let bytes = ByteAlphabet.characters.map { String(decoding: $0, as: UTF8.self) }
    set("tokenizer.ggml.tokens", GGUFField(bytes + ["<|endoftext|>"]))
    let kinds = bytes.map { _ in TokenKind.normal } + [.control]
    set("tokenizer.ggml.token_type", GGUFField(kinds.map { Int32($0.rawValue) }))
    set("tokenizer.ggml.merges", GGUFField([String]()))
    set("tokenizer.ggml.eos_token_id", GGUFField(UInt32(end)))
    set("tokenizer.ggml.add_bos_token", GGUFField(false))
  }
}
