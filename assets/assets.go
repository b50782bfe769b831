// Package assets holds everything the program shows or reads at run time: templates, styles, scripts, pictures, the words
// in both languages, the calendar. It is embedded, so a release is one file.
package assets

import "embed"

// Files is the whole folder.
//
//go:embed all:templates static locales calendar
var Files embed.FS
