// Package law is the law as rows: which kinds of letters there are and in which states a case stands, which moves may be made of it
// by whom, which time limits run, when somebody is reminded, and how long words are kept. It is printed whole in
// deployments/docs/law.md.
//
// The rows know no case and no store: they are asked with Facts. What a row's guards and effects do is casework's.
package law
