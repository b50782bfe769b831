package law

import "tiepdan/internal/domain/office"

// The ways of signing (cách ký đơn).
const (
	SignedAtCounter = "counter"     // ký hoặc điểm chỉ tại nơi tiếp công dân
	SignedByPost    = "posted"      // gửi bản đã ký qua bưu điện hoặc nộp bản giấy
	SignedOnline    = "e_signature" // chữ ký điện tử, VNeID
)

// askSigned are the facts of a signature.
var askSigned = []Ask{
	{Name: "signed", Required: true, Max: 20, OneOf: []string{SignedAtCounter, SignedByPost, SignedOnline}},
	{Name: "paper", Required: true, Max: 30, OneOf: []string{"citizen_card", "identity_certificate", "passport", "identification_code"}},
	{Name: "complete", Required: true, Max: 3, OneOf: []string{"yes"}}, // name and address stand on what was signed
	askNote,
}

// signing are the rows about it.
var signing = []Move{{
	Name: "record_signature", Kinds: formal, From: append([]State{NeedsInfo, Ineligible, Proposed, Urged}, Fresh...), By: Staff, Needs: office.Triage,
	Guards: []string{"unsigned"}, Asks: askSigned, Does: []string{"sign"}, Past: "signed", Stands: Near,
	Source: "Luật Khiếu nại Đ.8, 11; Luật Tố cáo Đ.23.1; Nghị định 154/2026 Đ.12.1",
}}
