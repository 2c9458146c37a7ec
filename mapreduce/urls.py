"""Pages of MapReduce, under `/mapreduce/`."""

from django.urls import path

from mapreduce.views import jobs, programs, results, schedules, submitting

app_name = "mapreduce"

urlpatterns = [
    path("", jobs.job_list, name="job-list"),
    path("new/", submitting.new_job, name="job-new"),
    path("jobs/<uuid:job_id>/", jobs.job_detail, name="job-detail"),
    path("jobs/<uuid:job_id>/logs/", jobs.job_logs, name="job-logs"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel_job, name="job-cancel"),
    path("jobs/<uuid:job_id>/delete/", jobs.delete_job, name="job-delete"),
    path("jobs/<uuid:job_id>/share/", results.share_results, name="job-share"),
    path("jobs/<uuid:job_id>/save/", results.save_results, name="job-save"),
    path("jobs/<uuid:job_id>/repeat/", schedules.create_schedule, name="schedule-create"),
    path("jobs/<uuid:job_id>/results.zip", results.results_zip, name="results-zip"),
    path("jobs/<uuid:job_id>/results/<str:name>", results.download_result, name="result-download"),
    path("shared/<str:secret>/", results.shared_results, name="shared-results"),
    path("shared/<str:secret>/<str:name>", results.download_shared, name="shared-download"),
    path("programs/", programs.program_list, name="program-list"),
    path("programs/new/", programs.new_program, name="program-new"),
    path("programs/<uuid:program_id>/", programs.program_detail, name="program-detail"),
    path("programs/<uuid:program_id>/delete/", programs.delete_program, name="program-delete"),
    path("programs/library/<slug:slug>/", programs.library_detail, name="library-detail"),
    path("schedules/", schedules.schedule_list, name="schedule-list"),
    path("schedules/<uuid:schedule_id>/pause/", schedules.pause_schedule, name="schedule-pause"),
    path("schedules/<uuid:schedule_id>/delete/", schedules.delete_schedule, name="schedule-delete"),
]
