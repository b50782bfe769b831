package web

import (
	"bytes"
	"compress/flate"
	"encoding/hex"
	"io"
	"math/big"
	"regexp"
	"strings"
)

// A proof as the QR code of a receipt carries it: squeezed, and written in digits, which a QR code holds in less room than letters. It
// stands in the fragment of the address, which no server or proxy is sent.

// mostProof bounds a folded proof and what it may unfold to.
const mostProof = 4 << 10

// proofWords are what every proof is full of, so that a folded one need not repeat it.
var proofWords = []byte("\nHạn: \nĐơn vị: Trung tâm Phục vụ hành chính công Ủy ban nhân dân xã phường\nQuầy: Quầy \nNội dung: \nNhận lúc: 0123456789 /20 +07:00\nLoại: Khiếu nại Tố cáo Kiến nghị Phản ánh Khen ngợi\nMã số đơn: ")

// proofSum is the line of a proof whose 64 hexadecimal digits are folded to their 32 bytes.
var proofSum = regexp.MustCompile(`sha256:([0-9a-f]{64})`)

// The lengths in bytes of what is folded apart from the words.
const (
	sumLength  = 32
	signLength = 65 // the number of the key, and Ed25519
)

// folded is a proof in digits, or "" for none or for one that would not come back as it was.
func folded(proof string) string {
	text, sign, ok := signedText(proof)
	sum := proofSum.FindStringSubmatch(text)
	if !ok || len(sum) == 0 || len(sign) != signLength {
		return ""
	}
	raw, err := hex.DecodeString(sum[1])
	if err != nil {
		return ""
	}
	var b bytes.Buffer
	b.WriteByte(1) // so that zeros at the beginning are not lost
	b.Write(sign)
	b.Write(raw)
	w, err := flate.NewWriterDict(&b, flate.BestCompression, proofWords)
	if err != nil {
		return ""
	}
	_, _ = io.WriteString(w, strings.Replace(text, sum[1], "", 1)) // into memory: it has no errors
	_ = w.Close()
	digits := new(big.Int).SetBytes(b.Bytes()).String()
	if unfolded(digits) != proof {
		return ""
	}
	return digits
}

// foldedProof is a folded proof, alone or at the end of the address that a QR code says.
var foldedProof = regexp.MustCompile(`^(?:\S*#)?([0-9]{250,})$`)

// unfolded writes a folded proof out; any other text stays as it is.
func unfolded(pasted string) string {
	m := foldedProof.FindStringSubmatch(strings.TrimSpace(pasted))
	if m == nil || len(m[1]) > mostProof {
		return pasted
	}
	n, _ := new(big.Int).SetString(m[1], 10) // digits are a number
	raw := n.Bytes()
	if len(raw) <= 1+signLength+sumLength {
		return pasted
	}
	sign, sum := raw[1:1+signLength], raw[1+signLength:1+signLength+sumLength]
	words := flate.NewReaderDict(bytes.NewReader(raw[1+signLength+sumLength:]), proofWords)
	text, err := io.ReadAll(io.LimitReader(words, mostProof))
	if err != nil {
		return pasted
	}
	return framed(strings.Replace(string(text), "sha256:", "sha256:"+hex.EncodeToString(sum), 1), sign)
}

// foldedAddress is where the QR code of a receipt leads, or "" without a proof.
func foldedAddress(base, proof string) string {
	if digits := folded(proof); digits != "" {
		return base + "/verify#" + digits
	}
	return ""
}
