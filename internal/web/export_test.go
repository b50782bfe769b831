package web

// UploadPace is until when more of an upload must have come.
var UploadPace = uploadPace
