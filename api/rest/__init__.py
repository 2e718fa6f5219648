"""The REST door: the endpoints of arkifi-rest-api.txt, as written, over the services."""
