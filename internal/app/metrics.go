package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tiepdan/internal/web"
)

// figures are what this process counts of itself; none has a label that names a person, a case or an address.
type figures struct {
	*prometheus.Registry
	answers *prometheus.CounterVec
	took    *prometheus.HistogramVec
}

// newFigures registers what the process counts.
func (a *App) newFigures() *figures {
	reg := prometheus.NewRegistry()
	f := &figures{
		Registry: reg,
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tiepdan_http_answers_total", Help: "Answers by route and status.",
		}, []string{"method", "route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tiepdan_http_answer_seconds", Help: "From the request's head to the answer, by route.", Buckets: answerTimes,
		}, []string{"route"}),
	}
	count := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value)
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	reg.MustRegister(
		f.answers, f.took, &looks{app: a},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		count("tiepdan_events_published_total", "Events the bus has.", func() float64 { return float64(a.Bus.Counts().Published) }),
		count("tiepdan_events_failed_total", "Events left to the sweep.", func() float64 { return float64(a.Bus.Counts().Failed) }),
		gauge("tiepdan_uploads", "Uploads under way.", func() float64 { return float64(a.Uploads.Load()) }),
		count("tiepdan_events_again_total", "Events handled again.", func() float64 { return float64(a.Bus.Counts().Again) }),
	)
	return f
}

// answerTimes are the seconds that answers are counted by: what the figures' aims speak of, and the end of a request.
var answerTimes = []float64{0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15}

// observe counts an answer.
func (f *figures) observe(w web.Answer) {
	f.answers.WithLabelValues(w.Method, w.Route, strconv.Itoa(w.Status)).Inc()
	f.took.WithLabelValues(w.Route).Observe(w.Took.Seconds())
}

// looks tells at each reading what the process finds when it looks at all that it needs, as /readyz does.
type looks struct{ app *App }

var (
	lookFailed = prometheus.NewDesc("tiepdan_check_failed", "1 while what the service needs fails; the checks are those of /readyz.", []string{"check"}, nil)
	lookBackup = prometheus.NewDesc("tiepdan_backup_age_seconds", "How old the last good daily backup is, or how long one has been wanted; 0 where none is.", nil, nil)
	lookFree   = prometheus.NewDesc("tiepdan_disk_free_bytes", "Free room on the disk of the data folder.", nil, nil)
)

// Describe names the figures.
func (*looks) Describe(ch chan<- *prometheus.Desc) {
	ch <- lookFailed
	ch <- lookFree
	ch <- lookBackup
}

// Collect looks, or tells what was found within the last second.
func (l *looks) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), metricTime)
	defer cancel()
	for _, c := range l.app.ready(ctx) {
		failed := 0.0
		if c.Failed {
			failed = 1
		}
		ch <- prometheus.MustNewConstMetric(lookFailed, prometheus.GaugeValue, failed, c.Name)
	}
	ch <- prometheus.MustNewConstMetric(lookBackup, prometheus.GaugeValue, l.app.measureBackup(ctx).Seconds())
	if free, known := freeBytes(l.app.Config.Data); known {
		ch <- prometheus.MustNewConstMetric(lookFree, prometheus.GaugeValue, float64(free))
	}
}

// metrics serves the figures.
func (a *App) metrics() http.Handler { return promhttp.HandlerFor(a.counted(), promhttp.HandlerOpts{}) }

// counted are the figures, made once.
func (a *App) counted() *figures {
	a.counting.Do(func() { a.figures = a.newFigures() })
	return a.figures
}

// metric serves the figures beside the pages, unless they have a listener of their own.
func (a *App) metric() fiber.Handler {
	if a.Config.MetricAddr != "" {
		return nil
	}
	return adaptor.HTTPHandler(a.metrics())
}

// metricTime bounds a reading of the figures.
const metricTime = 10 * time.Second

// serveMetrics serves the figures on a listener of their own, if one is configured, until end is called.
func (a *App) serveMetrics(ctx context.Context, wg *sync.WaitGroup) (end func(), err error) {
	if a.Config.MetricAddr == "" {
		return func() {}, nil
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", a.Config.MetricAddr)
	if err != nil {
		return nil, errors.Join(errors.New("listen for metrics"), err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics())
	s := &http.Server{Handler: mux, ReadTimeout: metricTime, WriteTimeout: metricTime}
	wg.Go(func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.Log.ErrorContext(ctx, "metrics ended", "error", err)
		}
	})
	return func() { _ = s.Close() }, nil // whoever reads figures may miss some
}

// warnOfNoAddress says loudly that QR codes and links lead nowhere useful: the service can be reached from outside, but
// does not know at which address, and never believes what a request says of it.
func (a *App) warnOfNoAddress(ctx context.Context, at net.Addr) {
	t, ok := at.(*net.TCPAddr)
	if a.Config.BaseURL == "" && a.Config.Has("web") && ok && !t.IP.IsLoopback() {
		a.Log.WarnContext(ctx, "TIEPDAN_URL is not set: QR codes and links on receipts lead to this machine only; set it to where citizens reach the service", "addr", at.String())
	}
}
